import type { RedFlag } from './task.ts';
import type { Tried } from './try-state.ts';

/** Valid votes of one wording, and those of them that are right. */
export interface WordingVotes {
  readonly votes: number;
  readonly right: number;
}

/** States that votes cannot cure: whether votes are copies there, and which wording is right. */
export interface StuckStates {
  readonly states: number;
  /** Votes on these states that are wrong, flagged ones among them. */
  readonly wrong: number;
  /** Of these, votes for the commonest wrong answer of their state. */
  readonly same: number;
  /** By wording, in the order of the task. */
  readonly wordings: readonly WordingVotes[];
}

/** Votes by wording and answer. */
export interface WordingBallot {
  add(wording: number, sample: { readonly key: string } | RedFlag): void;
  readonly by: readonly ReadonlyMap<string, number>[];
  readonly flagged: ReadonlyMap<string, number>;
}

/** Counts votes by wording, and flagged answers of all of them. */
export function openWordingVotes(wordings: number): WordingBallot {
  const counts = Array.from({ length: wordings }, () => new Map<string, number>());
  const flagged = new Map<string, number>();
  const addTo = (count: Map<string, number>, key: string) =>
    void count.set(key, (count.get(key) ?? 0) + 1);
  return {
    add(wording, sample) {
      if ('key' in sample) addTo(counts[wording]!, sample.key);
      else addTo(flagged, sample.answer ?? '');
    },
    by: counts,
    flagged,
  };
}

/** Sums the votes of wordings over states. */
export function wordingsOf(tries: readonly Tried[]): readonly WordingVotes[] {
  const sums: WordingVotes[] = [];
  for (const { truth, votesBy } of tries) {
    for (const [wording, counts] of votesBy.by.entries()) {
      let votes = 0;
      for (const count of counts.values()) votes += count;
      const before = sums[wording] ?? { votes: 0, right: 0 };
      const right = (truth === undefined ? undefined : counts.get(truth)) ?? 0;
      sums[wording] = { votes: before.votes + votes, right: before.right + right };
    }
  }
  return sums;
}

/** Looks at the states that votes cannot cure; `undefined` where there are none. */
export function stuckAmong(tries: readonly Tried[]): StuckStates | undefined {
  const marked = tries.filter(({ cure }) => cure === 'poisoned' || cure === 'unclear');
  if (marked.length === 0) return undefined;
  let [wrong, same] = [0, 0];
  for (const { truth, votesBy } of marked) {
    const counts = new Map(votesBy.flagged);
    for (const wording of votesBy.by)
      for (const [key, count] of wording)
        if (key !== truth) counts.set(key, (counts.get(key) ?? 0) + count);
    for (const count of counts.values()) wrong += count;
    same += Math.max(0, ...counts.values());
  }
  return { states: marked.length, wrong, same, wordings: wordingsOf(marked) };
}

// From here wrong votes are copies of one, not errors of chance.
const copies = 0.8;

/** Says that k does nothing where votes are copies, and what does; else `undefined`. */
export function curedByWording(stuck: StuckStates | undefined): string | undefined {
  if (!stuck || stuck.wrong === 0 || stuck.same < copies * stuck.wrong) return undefined;
  const { same, wrong, wordings } = stuck;
  const equal = `k does nothing here (${same} of ${wrong} wrong votes there are the same answer)`;
  const best = wordings
    .map(({ votes, right }, index) => ({ index, votes, right }))
    .sort((a, b) => b.right / Math.max(1, b.votes) - a.right / Math.max(1, a.votes))[0];
  if (best && best.right > 0.9 * best.votes && best.votes > 1) {
    const share = `${best.right} of ${best.votes} votes right`;
    return `${equal}; another wording does: wording ${best.index + 1} has ${share} there`;
  }
  return `${equal}; another wording does, if one is right there: none of ${wordings.length} is`;
}
