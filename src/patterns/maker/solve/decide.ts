import { addVote, emptyTally, leader, type Tally } from '../../../algorithms/votes/vote.ts';
import {
  type FlagPatience,
  type FlagTally,
  openRefusals,
  type Refusals,
  withFault,
} from './refusals.ts';
import type { VoteRule } from './rule.ts';
import type { Drawn, Sampler } from './sampler.ts';
import {
  callPart,
  isFlagged,
  keyOf,
  type RedFlag,
  type StepPrompt,
  stateKeyOf,
  type Task,
  taskFailed,
} from './task.ts';
import { wordingTurns } from './wording-turns.ts';

/** How votes are drawn. */
export interface Voting<State> {
  /** Votes take turns among them. */
  readonly samplers: readonly Sampler<State>[];
  readonly rule: VoteRule;
  /** Samples for one step, flagged ones included; then it counts as unconverged. */
  readonly maxSamples: number;
  /** Temperature of a vote, by its number from 0. */
  readonly temperature: (vote: number) => number;
  /** Output tokens beyond which an answer is flagged as rambling. */
  readonly maxOutputTokens: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** How many equal flagged answers are borne with. Default: `usualPatience`. */
  readonly patience?: FlagPatience;
  /** Whether votes are scattered so widely that more of them decide nothing. Default: never. */
  readonly isScattered?: (tally: Tally) => boolean;
  /** Told every sample, with the wording that it answers. */
  readonly onSample?: (wording: number, sample: { readonly key: string } | RedFlag) => void;
}

/** A step to be decided. */
export interface Step<State, Action> {
  readonly task: Task<State, Action>;
  readonly state: State;
  /** From 0. */
  readonly index: number;
}

/** A vote that counts. */
export interface Vote<State, Action> {
  readonly key: string;
  readonly action: Action;
  readonly next: State;
}

/** How a step was decided, or not. */
export interface StepDecision<State, Action> {
  /** The winner; absent if no candidate won. */
  readonly won: Vote<State, Action> | undefined;
  readonly tally: Tally;
  readonly samples: number;
  readonly flags: readonly string[];
  /** What was flagged most often, with one such answer; absent if nothing was. */
  readonly refused?: FlagTally;
}

/**
 * Decides one step by votes (MAKER, Algorithms 2 and 3): as many at once as could decide, then as
 * many as the leader still needs. Flagged samples are thrown away and drawn again; where the same
 * one comes each time, the solver is told why it is refused, and where that does not help either
 * the step ends. At once where sampler and task answer at once.
 * @throws TandemError `pattern_failed` for a function of the task that threw
 */
export function decide<State, Action>(
  step: Step<State, Action>,
  voting: Voting<State>,
): StepDecision<State, Action> | Promise<StepDecision<State, Action>> {
  const race = openRace(step, voting);
  for (;;) {
    const wave = race.draw();
    if (wave.length === 0) return race.decision();
    if (wave.some(isPromise)) return decideLater(race, wave);
    for (const vote of wave) race.count(vote as JudgedVote<State, Action>);
  }
}

type JudgedVote<State, Action> = Vote<State, Action> | RedFlag;
type Later<T> = T | Promise<T>;

interface Race<State, Action> {
  /** Draws what could decide at the soonest; nothing if it is over. */
  draw(): Later<JudgedVote<State, Action>>[];
  count(vote: JudgedVote<State, Action>): void;
  decision(): StepDecision<State, Action>;
}

async function decideLater<State, Action>(
  race: Race<State, Action>,
  begun: readonly Later<JudgedVote<State, Action>>[],
): Promise<StepDecision<State, Action>> {
  for (let wave = begun; wave.length > 0; wave = race.draw()) {
    // Counted in the order of asking, so that a resumed run decides alike.
    for (const vote of await Promise.all(wave)) race.count(vote);
  }
  return race.decision();
}

function openRace<State, Action>(
  step: Step<State, Action>,
  voting: Voting<State>,
): Race<State, Action> {
  const { task } = step;
  const wordings = task.wordings ?? 1;
  const turns = wordingTurns(wordings, voting.samplers.length);
  const judges = Array.from({ length: wordings }, (_, wording) => judgeOf(step, wording));
  const prompts = judges.map((_, wording) =>
    callPart(task, 'prompt', () => task.prompt(step.state, wording)),
  );
  const votes = new Map<string, Vote<State, Action>>();
  const flags: string[] = [];
  const drawOne = drawerOf(step, voting);
  let tally = emptyTally;
  let samples = 0;
  let refusals: Refusals | undefined;
  // Once an answer is valid, flagged ones are a matter of chance, and drawn again.
  const stuck = () => (votes.size > 0 ? undefined : refusals);
  return {
    draw() {
      const wanted = wantedNow(voting, { tally, samples, room: stuck()?.room });
      const told = stuck()?.told;
      return Array.from({ length: wanted }, () => {
        const wording = turns.next();
        const prompt = told ? withFault(prompts[wording]!, told) : prompts[wording]!;
        const drawn = drawOne(samples++, prompt);
        return isPromise(drawn) ? drawn.then(judges[wording]) : judges[wording]!(drawn);
      });
    },
    count(vote) {
      const wording = turns.count(isFlagged(vote));
      voting.onSample?.(wording, vote);
      if (isFlagged(vote)) {
        flags.push(vote.redFlag);
        refusals ??= openRefusals(voting.patience);
        refusals.add(vote);
        return;
      }
      if (!votes.has(vote.key)) votes.set(vote.key, vote);
      tally = addVote(tally, vote.key);
    },
    decision() {
      const { candidate } = leader(tally);
      const isWon = candidate !== undefined && voting.rule.needed(tally) === 0;
      const won = isWon ? votes.get(candidate) : undefined;
      const refused = refusals?.most;
      return { won, tally, samples, flags, ...(refused && { refused }) };
    },
  };
}

/** Tells how many samples are worth drawing at once. */
function wantedNow<State>(
  { rule, maxSamples, isScattered }: Voting<State>,
  {
    tally,
    samples,
    room = maxSamples,
  }: { tally: Tally; samples: number; room: number | undefined },
): number {
  return isScattered?.(tally) ? 0 : Math.min(rule.needed(tally), maxSamples - samples, room);
}

function drawerOf<State, Action>(
  { state, index }: Step<State, Action>,
  { samplers, temperature, maxOutputTokens, seed, signal }: Voting<State>,
): (vote: number, prompt: StepPrompt) => Later<Drawn> {
  return (vote, prompt) =>
    samplers[vote % samplers.length]!({
      prompt,
      state,
      step: index,
      vote,
      seed: (Math.imul(seed, 0x9e37_79b1) + Math.imul(index, 0x85eb_ca6b) + vote) >>> 0,
      temperature: temperature(vote),
      maxOutputTokens,
      signal,
    });
}

/** Judges answers to a wording of a step; equal texts once. */
function judgeOf<State, Action>(
  step: Step<State, Action>,
  wording: number,
): (drawn: Drawn) => Later<JudgedVote<State, Action>> {
  const known = new Map<string, Later<JudgedVote<State, Action>>>();
  return drawn => {
    if (typeof drawn !== 'string') return drawn;
    const before = known.get(drawn);
    if (before) return before;
    const judged = quoted(judgeText(step, drawn, wording), drawn);
    known.set(drawn, judged);
    return judged;
  };
}

/** Puts the answer beside its flag, so that an error can quote it. */
function quoted<State, Action>(
  judged: Later<JudgedVote<State, Action>>,
  answer: string,
): Later<JudgedVote<State, Action>> {
  if (isPromise(judged)) return judged.then(vote => (isFlagged(vote) ? { ...vote, answer } : vote));
  return isFlagged(judged) ? { ...judged, answer } : judged;
}

function judgeText<State, Action>(
  step: Step<State, Action>,
  text: string,
  wording: number,
): Later<JudgedVote<State, Action>> {
  const { task, state } = step;
  const move = callPart(task, 'parse', () => task.parse(text, state, wording));
  if (typeof move !== 'object' || move === null)
    throw taskFailed(task, 'parse', 'it returned no move and no red flag');
  if (isFlagged(move)) return move;
  const { action } = move;
  const apply = () => callPart(task, 'apply', () => task.apply(state, action));
  const next = move.next ?? apply();
  const vote = (): JudgedVote<State, Action> => {
    const applied = move.next === undefined ? next : apply();
    if (applied !== next && stateKeyOf(task, applied) !== stateKeyOf(task, next)) {
      return { redFlag: 'another state than the action leads to' };
    }
    return { key: keyOf(task, action), action, next: applied };
  };
  if (!task.isLegal) return vote();
  const legal = callPart(task, 'isLegal', () => task.isLegal!(state, action, next));
  const judge = (found: boolean | RedFlag) => {
    if (found === true) return vote();
    return found === false ? { redFlag: 'illegal' } : found;
  };
  if (!isPromise(legal)) return judge(legal);
  return legal.then(judge, error => {
    throw taskFailed(task, 'isLegal', error);
  });
}

function isPromise<T>(value: Later<T>): value is Promise<T> {
  return value instanceof Promise;
}
