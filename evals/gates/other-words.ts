import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cascade, textOf, userCall } from '../../src/index.ts';
import { scriptedModel } from '../../src/testing/index.ts';
import type { EvalResult, EvalRow } from '../result.ts';

/**
 * Whether short answers stay local where no log-probabilities come: right ones in three wordings,
 * each the draft in turn, and drafts whose samples say another thing. Written by hand; the samples
 * come from a script, not from a model.
 */
export async function otherWordsEval(): Promise<EvalResult> {
  const lines = readFileSync(join(import.meta.dirname, 'other-words.tsv'), 'utf8').trim();
  const sets = lines.split('\n').map(line => line.replaceAll('\\n', '\n').split('\t'));
  return {
    eval: 'other-words',
    notes: [
      'Hand-written wordings in nine languages, played by a script: no model. The share of answers',
      'that mean the same and stay local, and of answers that differ and stay.',
    ],
    rows: [await share(sets, 'alike', 'at least 0.6'), await share(sets, 'apart', 'at most 0.1')],
  };
}

async function share(
  sets: readonly (readonly string[])[],
  kind: 'alike' | 'apart',
  wanted: string,
): Promise<EvalRow> {
  const drafts = sets
    .filter(([each]) => each === kind)
    .flatMap(([, question = '', ...said]) =>
      said.map((_, at) => ({
        question,
        said: said.map((_, by) => said[(at + by) % said.length]!),
      })),
    );
  let stay = 0;
  for (const draft of drafts) stay += (await staysLocal(draft)) ? 1 : 0;
  const value = stay / drafts.length;
  return {
    what: `${kind}: stay local, of ${drafts.length}`,
    value,
    wanted,
    isMet: kind === 'alike' ? value >= 0.6 : value <= 0.1,
  };
}

// Of a pair the other one is each further sample.
async function staysLocal({ question, said }: { question: string; said: readonly string[] }) {
  const samples = [...said, ...Array<string>(4).fill(said.at(-1)!)];
  const local = scriptedModel(said.length > 2 ? [...said, ...said, ...said] : samples);
  const cloud = scriptedModel(['the answer of the cloud'], { place: 'cloud' });
  const answer = await cascade({ local, cloud }).doGenerate(userCall(question));
  return textOf(answer) === said[0];
}
