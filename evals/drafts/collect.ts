import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { logprobsOf, type TokenLogprob } from '../../src/entries/backends.ts';
import {
  agreement,
  cascade,
  type Gate,
  type LanguageModel,
  model,
  textOf,
  userCall,
} from '../../src/index.ts';
import { scriptedModel } from '../../src/testing/index.ts';
import { type Question, questions } from './questions.ts';

/** A draft of a real model, right or wrong, with what a gate sees of it. */
export interface KeptDraft {
  readonly id: string;
  readonly task: string;
  readonly model: string;
  readonly temperature: number;
  readonly text: string;
  readonly finish: string;
  readonly isRight: boolean;
  readonly tokens: readonly (readonly [token: string, logprob: number])[];
  /** Share of three samples that say the same, the draft among them; absent of long texts. */
  readonly agreement?: number;
}

/** What is collected, and where it goes. */
export interface Collecting {
  readonly file: string;
  readonly url: string;
  readonly name: string;
  readonly each: number;
  readonly temperature: number;
}

const longestCompared = 24;
const objectSchema = {
  type: 'object' as const,
  properties: { answer: { type: 'integer' as const } },
  required: ['answer'],
  additionalProperties: false,
};

/**
 * Asks a server's model every question that the file does not hold yet, through a cascade whose
 * gate writes down what it sees. Temperature 0 is asked of each question once.
 */
export async function collectDrafts(collecting: Collecting): Promise<number> {
  const { file, url, name, each, temperature } = collecting;
  const known = new Set(
    readDrafts(file).map(draft => `${draft.model} ${draft.temperature} ${draft.id}`),
  );
  const local = model(`openai-compatible:${name}`, { endpoint: url, place: 'device' });
  const open = questions(each, temperature === 0 ? 1 : 2).filter(
    ({ id }) => !known.has(`${name} ${temperature} ${id}`),
  );
  for (const [place, question] of open.entries()) {
    const draft = await draftOf(question, local, collecting);
    appendFileSync(file, `${JSON.stringify(draft)}\n`);
    if (place % 20 === 0) console.error(`${name}: ${place} of ${open.length}`);
  }
  return open.length;
}

/** Reads kept drafts; none of a file that is not there. */
export function readDrafts(file: string): KeptDraft[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap(line => (line === '' ? [] : (JSON.parse(line) as KeptDraft)));
}

async function draftOf(
  question: Question,
  local: LanguageModel,
  { name, temperature }: Collecting,
): Promise<KeptDraft> {
  let kept: KeptDraft | undefined;
  const keep: Gate = async draft => {
    const { answer } = draft;
    const isCompared =
      temperature === 0 && question.maxOutputTokens <= longestCompared && question.isCompared;
    const tokens = logprobsOf(answer) ?? [];
    kept = {
      id: question.id,
      task: question.task,
      model: name,
      temperature,
      text: textOf(answer),
      finish: answer.finishReason.unified,
      isRight: question.isRight(textOf(answer)),
      tokens: tokens.map(({ token, logprob }: TokenLogprob) => [token, rounded(logprob)] as const),
      ...(isCompared && { agreement: await sharedBy(draft) }),
    };
    return { score: 1, accepts: true, reason: 'kept' };
  };
  const accept = Object.assign(keep, { needsLogprobs: true });
  const cloud = scriptedModel([]);
  await cascade({ local, cloud, accept, repair: false }).doGenerate(callOf(question, temperature));
  if (!kept) throw new TypeError(`No draft of ${question.id} was judged.`);
  return kept;
}

// Asked for in full, so that the share of three is known.
async function sharedBy(draft: Parameters<Gate>[0]): Promise<number> {
  const { score } = await agreement({ samples: 3, threshold: 1 })(draft);
  return score === 'unknown' ? 0 : score;
}

/** Makes the call of a question. */
export function callOf({ prompt, maxOutputTokens, isObject }: Question, temperature: number) {
  return userCall(prompt, {
    temperature,
    maxOutputTokens,
    ...(isObject && { responseFormat: { type: 'json' as const, schema: objectSchema } }),
  });
}

function rounded(logprob: number): number {
  return Math.round(logprob * 1e5) / 1e5;
}
