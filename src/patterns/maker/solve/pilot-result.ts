import { binomialCdf, upperBound } from '../../../algorithms/votes/binomial.ts';
import { mostMarked } from '../../../algorithms/votes/hypergeometric.ts';
import type { CountedStep } from '../../../algorithms/votes/vote-odds.ts';
import { type Beta, fitBeta, type WeightedBeta } from '../../../algorithms/votes/vote-posterior.ts';
import { wilsonLower } from '../../../algorithms/votes/wilson.ts';
import type { LoopTotals } from '../../../model/run/loop.ts';
import { type StuckStates, stuckAmong, type WordingVotes, wordingsOf } from './pilot-wordings.ts';
import type { RedFlag } from './task.ts';
import type { Tried } from './try-state.ts';

/** States that votes cannot cure, because a wrong answer is the most common one there. */
export interface Poisoned {
  readonly states: number;
  /**
   * States where no answer led clearly after 200 more votes: whether a vote ends right there is a
   * matter of luck.
   */
  readonly unclear: number;
  /**
   * States whose first votes did not agree and that could not be looked at for long, since the
   * pilot may cost no more than its run; absent where there are none.
   */
  readonly unmeasured?: number;
  /** Of the states tried, unclear ones as half a state, 0..1. */
  readonly share: number;
  /**
   * The most that cannot be excluded (one-sided 95 %, unclear and unmeasured ones as whole states),
   * 0..1.
   */
  readonly upper: number;
  /** Whether every step of the run was tried, so that nothing is left that was not seen. */
  readonly isCensus: boolean;
}

/** Votes on a state that is much harder than the others. */
export interface HardState extends CountedStep {
  /** From 0, in the task; of labelled states their place in the list. */
  readonly index: number;
  readonly samples: number;
  /**
   * States as hard as this, for each one that was noticed: the others looked right at first sight.
   * 1 or more.
   */
  readonly standsFor: number;
}

/** What a pilot found. */
export interface Pilot {
  /**
   * `agreement`: nobody knew the right actions, so that all of it is agreement with the most common
   * one.
   */
  readonly basis: 'truth' | 'agreement';
  readonly states: number;
  /** Valid votes, over all states. */
  readonly votes: number;
  /** Of these, right ones. */
  readonly right: number;
  /** Flagged samples by reason. */
  readonly flags: Readonly<Record<string, number>>;
  /** A flagged answer, for whoever has to mend the form. */
  readonly refused?: RedFlag;
  /** Share of the samples that are valid, 0..1. */
  readonly valid: number;
  /**
   * Share of the valid votes that are right, 0..1, and the lower end of its one-sided 95 %
   * interval.
   */
  readonly p: number;
  readonly pLower: number;
  /** Absent without truth. */
  readonly poisoned?: Poisoned;
  /**
   * States much harder than p says, with fresh votes on each: one k from p would not do for them,
   * so that k is derived from them too. Absent without truth.
   */
  readonly hard?: readonly HardState[];
  /**
   * Samples drawn beyond the first on each state, to tell poisoned, hard and merely unlucky ones
   * apart.
   */
  readonly extraVotes: number;
  /** Of each sample, on average. */
  readonly perSample: {
    readonly inputTokens: number;
    readonly outputTokens: number;
    readonly costUsd: number | 'unknown';
    readonly durationMs: number;
  };
  /** How p spreads over steps, poisoned and hard ones left out. */
  readonly spread: Beta;
  /** Steps of the whole task, where they are known. */
  readonly steps: number | undefined;
  /** Votes of each wording of the task, where it has several. Absent without truth. */
  readonly wordings?: readonly WordingVotes[];
  /** The states that votes cannot cure, looked at closely; absent where none was seen. */
  readonly stuck?: StuckStates;
}

// A state as hard as this by chance alone: once in a hundred.
const rare = 0.01;

/**
 * Tells which states are much harder than p says: those whose second look was worse than chance
 * explains.
 */
export function hardAmong(tries: readonly Tried[]): readonly Tried[] {
  const votes = tries.reduce((sum, tried) => sum + tried.votes, 0);
  const p = tries.reduce((sum, tried) => sum + tried.right, 0) / Math.max(1, votes);
  return tries.filter(({ second }) => {
    if (!second) return false;
    const n = second.others.reduce((sum, each) => sum + each, second.right);
    return binomialCdf(second.right, { n, p }) < rare;
  });
}

/** What is known beside the votes. */
interface PilotFacts {
  readonly totals: LoopTotals;
  readonly durationMs: number;
  readonly steps: number | undefined;
  readonly hasTruth: boolean;
  /** Steps of the run, where the states are drawn from these; else any others may lie ahead. */
  readonly population: number | undefined;
  readonly hard: readonly HardState[];
}

/** Sums up what a pilot saw. */
export function pilotOf(tries: readonly Tried[], facts: PilotFacts): Pilot {
  const sum = (of: (tried: Tried) => number) =>
    tries.reduce((total, tried) => total + of(tried), 0);
  const [votes, right, samples, extraVotes] = [
    sum(t => t.votes),
    sum(t => t.right),
    sum(t => t.samples),
    sum(t => t.extra),
  ];
  const { totals, durationMs, steps, hasTruth, population, hard } = facts;
  const drawn = samples + extraVotes + hard.reduce((all, each) => all + each.samples, 0);
  const [wordings, stuck] = [wordingsOf(tries), stuckAmong(tries)];
  const refused = tries.find(tried => tried.refused)?.refused;
  const hardAt = new Set(hard.map(({ index }) => index));
  const flags: Record<string, number> = {};
  for (const flag of tries.flatMap(tried => tried.flags)) flags[flag] = (flags[flag] ?? 0) + 1;
  return {
    basis: hasTruth ? 'truth' : 'agreement',
    states: tries.length,
    votes,
    right,
    flags,
    valid: samples === 0 ? 0 : votes / samples,
    p: votes === 0 ? 0 : right / votes,
    pLower: wilsonLower({ successes: right, trials: votes }),
    ...(hasTruth && { poisoned: poisonedIn(tries, population), hard }),
    extraVotes: drawn - samples,
    perSample: {
      inputTokens: totals.inputTokens / drawn,
      outputTokens: totals.outputTokens / drawn,
      costUsd: totals.costUsd === 'unknown' ? 'unknown' : totals.costUsd / drawn,
      durationMs: durationMs / drawn,
    },
    spread: fitBeta(tries.filter(({ cure, index }) => cure !== 'poisoned' && !hardAt.has(index))),
    steps,
    ...(hasTruth && wordings.length > 1 && { wordings }),
    ...(stuck && { stuck }),
    ...(refused && { refused: { redFlag: refused.redFlag, answer: refused.answer ?? '' } }),
  };
}

function poisonedIn(tries: readonly Tried[], population: number | undefined): Poisoned {
  const drawn = tries.length;
  const count = (cure: Tried['cure']) => tries.filter(tried => tried.cure === cure).length;
  const [states, unclear] = [count('poisoned'), count('unclear')];
  const unmeasured = count('unmeasured');
  const marked = states + unclear + unmeasured;
  const upper =
    population === undefined
      ? upperBound(marked, drawn, 0.05)
      : mostMarked({ population, drawn, marked }) / population;
  return {
    states,
    unclear,
    ...(unmeasured > 0 && { unmeasured }),
    share: (states + unclear / 2) / drawn,
    upper,
    isCensus: drawn === population,
  };
}

/**
 * How p spreads over all steps that votes can cure, hard ones beside the others: what the posterior
 * rule goes by.
 */
export function wholeSpread({ spread, hard = [], states }: Pilot): readonly WeightedBeta[] {
  const weight = Math.min(1, hard.reduce((sum, { standsFor }) => sum + standsFor, 0) / states);
  if (weight === 0) return [{ ...spread, weight: 1 }];
  const counts = hard.map(({ right, others }) => ({
    right,
    votes: others.reduce((sum, each) => sum + each, right),
  }));
  const [only] = counts;
  // Of one state no spread can be fitted: what its own votes tell of it.
  const hardSpread =
    counts.length > 1
      ? fitBeta(counts)
      : { alpha: only!.right + 0.5, beta: only!.votes - only!.right + 0.5 };
  return [
    { ...spread, weight: 1 - weight },
    { ...hardSpread, weight },
  ];
}
