// What the desk did in the last seven days, read from the journal.
import type { FileJournal, RunRow } from 'tandem/runs';

/** A week of the desk. */
export interface Week {
  readonly questions: number;
  /** Answered on this machine, by the larger model, and left to a person. */
  readonly here: number;
  readonly larger: number;
  readonly person: number;
  readonly costUsd: number;
  /** Against the larger model for every question. */
  readonly savedUsd: number;
  readonly charactersThatLeft: number;
  readonly up: number;
  readonly down: number;
}

const weekMs = 7 * 24 * 60 * 60 * 1000;
const page = 500;

/** Adds up the runs and ratings of the last seven days. */
export async function weekOf(journal: FileJournal, now = Date.now()): Promise<Week> {
  const since = new Date(now - weekMs).toISOString();
  const runs = await runsSince(journal, since);
  const isAnswered = ({ state }: RunRow) => state === 'done';
  const isLarger = (run: RunRow) => isAnswered(run) && run.place === 'cloud';
  const sum = (value: (run: RunRow) => number | null) =>
    runs.reduce((all, run) => all + (value(run) ?? 0), 0);
  const answered = runs.filter(isAnswered).length;
  const larger = runs.filter(isLarger).length;
  const rated = (await journal.ratings()).filter(({ at }) => at >= since);
  const up = rated.filter(({ rating }) => rating === 'up').length;
  return {
    questions: runs.length,
    here: answered - larger,
    larger,
    person: runs.length - answered,
    costUsd: sum(({ costUsd }) => costUsd),
    savedUsd: sum(({ savedUsd }) => savedUsd),
    charactersThatLeft: sum(({ left }) => left.characters),
    up,
    down: rated.length - up,
  };
}

async function runsSince(journal: FileJournal, since: string): Promise<RunRow[]> {
  const found: RunRow[] = [];
  for (let after: string | undefined; ; ) {
    const { runs, next } = await journal.page({ limit: page, ...(after && { after }) });
    found.push(...runs.filter(({ begunAt }) => begunAt >= since));
    if (next === undefined || found.length % page !== 0) return found;
    after = next;
  }
}
