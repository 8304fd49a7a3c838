import * as z from 'zod';
import { seedOf } from '../../algorithms/seeded-random.ts';
import { jsonIn } from '../../algorithms/text/json-in.ts';
import type { LanguageModel } from '../../model/types.ts';
import { type Agreement, agreementIn, isScattered, leadFrom } from './agreement.ts';
import type { PlanNode, ResultType } from './plan.ts';
import type { PlannedWork } from './planned-work.ts';
import { type Goal, isPromptBack, stepPrompt } from './prompts.ts';
import { failedCheck, type Result, readResult, resultKey, resultText } from './result.ts';
import { decide, type StepDecision } from './solve/decide.ts';
import { aheadBy } from './solve/rule.ts';
import { samplerOf } from './solve/sampler.ts';
import type { Move, RedFlag, Task } from './solve/task.ts';
import { tellVotes } from './trail.ts';

/** Where a step stands. */
export interface StepPlace {
  /** Ids of the steps around, for names: `total/`. */
  readonly path: string;
  readonly depth: number;
  readonly given: ReadonlyMap<string, Result>;
  readonly types: ReadonlyMap<string, ResultType>;
  readonly schema: Goal['schema'];
  /** Steps that are known of by now. */
  readonly steps: number;
  /** How far votes agreed in the steps that it needs. */
  readonly seen: Agreement;
}

/** What a step came to, and how far votes agreed until then. */
export interface DecidedStep {
  readonly result: Result;
  readonly seen: Agreement;
}

/** A step that was voted on. */
export interface VotedStep {
  /** Absent if no answer won. */
  readonly result: Result | undefined;
  /** Answers that count, most votes first. */
  readonly candidates: readonly Result[];
  readonly seen: Agreement;
  readonly decision: StepDecision<null, Result>;
}

/** An answer that only the planner's check speaks against. */
interface Doubted {
  readonly key: string;
  readonly result: Result;
  readonly flag: string;
  count: number;
}

// A check is taken for wrong if so many answers are equal and none other passes it.
const equalAnswers = 3;
// The solver is told of the first fault, and the step ends after so many equal ones.
const patience = { tellAfter: 1, equal: 6, alike: 9 };

/** Has a step voted on; by one model to escalate to, its first answer that counts decides. */
export async function voteOnStep(
  work: PlannedWork,
  models: readonly LanguageModel[],
  { node, place, as = '' }: { node: PlanNode; place: StepPlace; as?: string },
): Promise<VotedStep> {
  const name = `${place.path}${node.id}`;
  const named = ({ vote }: { vote: number }) => `${as}step ${name} vote ${vote + 1}`;
  const samplers = models.map(model =>
    samplerOf<null>(model, { ask: work.ask, files: work.files, named }),
  );
  if (as === '') work.count.steps++;
  const doubts = new Map<string, Doubted>();
  const found = new Map<string, Result>();
  const task = taskOf(work, { node, place, doubts, found });
  const step = { task, state: null, index: work.count.steps - 1 };
  const { wordings, voting } = work;
  const usual = voting.k ?? leadFrom(place.seen, { steps: place.steps, wordings });
  const k = as === '' ? usual : 1;
  // The seed goes by the step's name: steps run at the same time, and their order may differ.
  const decision = await decide(step, {
    ...work.voting,
    samplers,
    rule: aheadBy(k),
    maxSamples: as === '' ? (work.voting.maxSamples ?? 10 * k) : 3,
    patience,
    isScattered,
    onSample: (_wording, sample) => countDoubt(doubts, sample),
    seed: seedOf(`${work.voting.seed} ${as}${name}`),
  });
  work.count.samples += decision.samples;
  work.count.flagged += decision.flags.length;
  const seen = agreementIn(decision.tally);
  const won = decision.won && resultText(decision.won.action);
  tellVotes(work.ask, `${as}${name}`, { ...decision, result: won });
  const ranked = [...decision.tally.counts].sort(([, a], [, b]) => b - a);
  const candidates = ranked.map(([key]) => found.get(key)!);
  const spared = decision.won ? undefined : wronglyFlagged(decision, doubts);
  if (spared) {
    work.trail.say(`the check of step "${name}" (${spared.flag}) flags all votes: it is dropped`);
    work.count.flagged -= spared.count;
    const { count } = spared;
    return { result: spared.result, candidates, seen: { votes: count, agreed: count }, decision };
  }
  return { result: decision.won?.action, candidates, seen, decision };
}

/** Finds the answer that a check refuses each time, where all votes give it. */
function wronglyFlagged(
  { tally }: StepDecision<null, Result>,
  doubts: ReadonlyMap<string, Doubted>,
): Doubted | undefined {
  if (tally.counts.size > 0) return undefined;
  const byKey = new Map<string, Doubted>();
  for (const doubt of doubts.values()) {
    const count = (byKey.get(doubt.key)?.count ?? 0) + doubt.count;
    byKey.set(doubt.key, { ...doubt, count });
  }
  const [most, next] = [...byKey.values()].sort((a, b) => b.count - a.count);
  const lead = (most?.count ?? 0) - (next?.count ?? 0);
  return lead >= equalAnswers ? most : undefined;
}

function countDoubt(doubts: ReadonlyMap<string, Doubted>, sample: object): void {
  const doubt = 'answer' in sample ? doubts.get(String(sample.answer)) : undefined;
  if (doubt) doubt.count++;
}

interface StepAsked {
  readonly node: PlanNode;
  readonly place: StepPlace;
  /** By the text of the answer. */
  readonly doubts: Map<string, Doubted>;
  readonly found: Map<string, Result>;
}

/** A task of one step. */
function taskOf({ goal, wordings }: PlannedWork, step: StepAsked): Task<null, Result> {
  const { node, place, doubts, found } = step;
  const asked = { request: goal.request, schema: place.schema };
  const schema = schemaOf(place.schema);
  return {
    name: `step ${place.path}${node.id}`,
    initial: null,
    isDone: () => false,
    wordings,
    prompt: (_state, wording) => stepPrompt(asked, node, { inputs: place.given, wording }),
    parse: text => {
      const move = readMove(text, { node, schema });
      if ('redFlag' in move) return move;
      if (isPromptBack(node, move.action)) return { redFlag: 'gives the prompt back' };
      const flag = failedCheck(node.check, move.action, place.given);
      if (flag === undefined) return move;
      const key = resultKey(node.type, move.action);
      if (!doubts.has(text)) doubts.set(text, { key, result: move.action, flag, count: 0 });
      return { redFlag: flag };
    },
    apply: () => null,
    key: result => {
      const key = resultKey(node.type, result);
      if (!found.has(key)) found.set(key, result);
      return key;
    },
  };
}

function readMove(
  text: string,
  { node, schema }: { node: PlanNode; schema: z.ZodType | undefined },
): Move<null, Result> | RedFlag {
  const given = resultIn(text, node.type);
  if (given === undefined) return { redFlag: 'malformed' };
  const read = readResult(node.type, given);
  if ('redFlag' in read) return read;
  if (schema && !schema.safeParse(read.value).success)
    return { redFlag: 'does not match the JSON schema' };
  return { action: read.value };
}

/**
 * Finds the result in an answer. What stands beside it, such as an explanation, is room to reason
 * and is passed over.
 */
function resultIn(text: string, type: ResultType): unknown {
  const given = jsonIn(text, hasResult);
  // A list of one object is the object.
  const value = Array.isArray(given) && hasResult(given) ? given[0] : given;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    if ('result' in value) return value.result ?? undefined;
    const [only, ...more] = Object.values(value);
    // Under another key, such as "answer", it is the result all the same.
    return type !== 'object' && more.length === 0 ? (only ?? undefined) : undefined;
  }
  // A bare number or word is what was asked for, without its frame.
  if (value !== undefined) return value;
  return type === 'text' || type === 'object' || type === 'list' ? undefined : text;
}

function hasResult(value: unknown): boolean {
  const [only] = Array.isArray(value) && value.length === 1 ? value : [value];
  return typeof only === 'object' && only !== null && 'result' in only;
}

function schemaOf(schema: Goal['schema']): z.ZodType | undefined {
  if (!schema) return undefined;
  try {
    return z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
  } catch {
    // A keyword that cannot be checked here: the SDK checks the whole answer again.
    return undefined;
  }
}
