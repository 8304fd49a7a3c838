import type { FileJournal, ListedRuns, RunRow } from '../../../src/entries/runs.ts';
import type { Exchange, Route } from '../exchange.ts';
import { maySee } from '../policy/keys.ts';
import { forbidden, invalid } from '../wire/problem.ts';
import { figuresOf, isUnconfigured, type RecentRun } from './recent-runs.ts';
import { runFilter } from './run-filter.ts';
import type { RatingByRun } from './shown-ratings.ts';
import { runList } from './studio-answers.ts';

/** A run as it is listed. */
export type ListedRun = (typeof runList)['_output']['data'][number];

const usual = 50;
const most = 200;
// A filter looks through so many runs for one request: rows are read beside the event loop, and
// opened on it.
const mostLooked = 20_000;
const pageOf = 500;

export const listRuns: Route = {
  method: 'get',
  path: '/v1/runs',
  summary:
    'List runs, newest first: of all keys with the scope `studio`, else of the key that asks.',
  scope: 'runs',
  query: {
    limit: `Most runs of the page, to ${most}.`,
    after: '`next` of the page before, or the `anchor` of a page, to count `skip` from.',
    skip: 'How many runs are passed over first, where nothing is filtered.',
    q: 'Words that must stand in the title, and filters such as `place:cloud` or `cost>0.01`.',
  },
  replies: runList,
  answer: 'A page of runs; `next` is null at the end.',
  handle: list,
};

async function list(exchange: Exchange) {
  const { query, services, caller } = exchange;
  const { studio } = services;
  requireReader(exchange);
  const limit = wholeIn(query, 'limit', { usual, most });
  const skip = wholeIn(query, 'skip', { usual: 0, most: 100_000_000 });
  const owner = maySee(caller, 'studio') ? undefined : caller.name;
  const wants = runFilter(query.get('q') ?? '');
  const after = query.get('after') ?? undefined;
  const showsTitles = maySee(caller, 'content');
  const found = studio.journal
    ? await matching(exchange, { limit, skip, after, owner, wants })
    : recentMatching(studio.recent?.list() ?? [], { limit, skip, after, owner, wants });
  const data = found.rows.map(row => (showsTitles ? row : { ...row, title: null }));
  const total = wants ? null : await countAll(exchange, owner);
  const { keeping } = studio;
  return {
    body: {
      object: 'list',
      data,
      next: found.next ?? null,
      anchor: anchorOf(data[0]),
      total,
      lookedBackTo: found.lookedBackTo ?? null,
      keeping,
    },
  };
}

/**
 * Refuses whoever has no key: what others asked is not everybody's. @throws Problem 403,
 * TandemError where the journal cannot be read
 */
export function requireReader({ caller, services }: Pick<Exchange, 'caller' | 'services'>): void {
  if (services.studio.unreadable) throw services.studio.unreadable;
  if (caller.key) return;
  throw forbidden(
    'Runs are listed to a key alone. Open the page at the address that the server printed, or ' +
      'use `tandem runs`.',
    'missing_scope',
  );
}

interface Wanted {
  readonly limit: number;
  readonly skip: number;
  readonly after: string | undefined;
  readonly owner: string | undefined;
  readonly wants: ((run: ListedRun) => boolean) | undefined;
}

interface Found {
  readonly rows: readonly ListedRun[];
  readonly next?: string | undefined;
  readonly lookedBackTo?: string | undefined;
}

async function matching({ services }: Exchange, wanted: Wanted): Promise<Found> {
  const { limit, owner, wants, after, skip } = wanted;
  const journal = services.studio.journal!;
  const ratings = await services.studio.ratings();
  const of = { ...(owner !== undefined && { owner }), ...(after !== undefined && { after }) };
  if (!wants) {
    const passed = skip > 0 ? { skip } : {};
    const page = await journal.page({ ...of, ...passed, limit });
    return { rows: page.runs.map(row => listedRow(row, ratings)), next: page.next };
  }
  const rows: ListedRun[] = [];
  let looked = 0;
  for await (const kept of eachRun(journal, of)) {
    const row = listedRow(kept, ratings);
    looked++;
    if (wants(row)) rows.push(row);
    if (rows.length === limit) return { rows, next: cursorBehind(row) };
    if (looked === mostLooked) return { rows, next: cursorBehind(row), lookedBackTo: row.begunAt };
  }
  return { rows };
}

async function* eachRun(
  journal: FileJournal,
  of: { readonly owner?: string; readonly after?: string },
): AsyncGenerator<RunRow> {
  let next: string | undefined = of.after;
  do {
    const after: { after?: string } = next === undefined ? {} : { after: next };
    const page: ListedRuns = await journal.page({ ...of, ...after, limit: pageOf });
    yield* page.runs;
    next = page.next;
  } while (next !== undefined);
}

// Before the newest run of a page: what comes later moves nothing behind it.
function anchorOf(newest: ListedRun | undefined): string | null {
  return newest ? cursorBehind({ ...newest, id: `${newest.id}~` }) : null;
}

// As a store writes it, for a place in the middle of one of its pages.
function cursorBehind({ begunAt, id }: Pick<ListedRun, 'begunAt' | 'id'>): string {
  return Buffer.from(JSON.stringify([begunAt, id])).toString('base64url');
}

function recentMatching(runs: readonly RecentRun[], wanted: Wanted): Found {
  const { limit, skip, after, owner, wants } = wanted;
  const own = runs.filter(run => owner === undefined || run.owner === owner).map(recentRow);
  const rows = wants ? own.filter(wants) : own;
  const from = skip + rows.findIndex(({ id }) => id === after) + 1;
  const page = rows.slice(from, from + limit);
  return { rows: page, next: from + limit < rows.length ? page.at(-1)?.id : undefined };
}

async function countAll({ services }: Exchange, owner: string | undefined): Promise<number> {
  const days = await services.studio.spending.days();
  return days
    .filter(day => owner === undefined || day.owner === owner)
    .reduce((sum, { runs }) => sum + runs, 0);
}

/** Writes a kept run as the page is shown it. */
export function listedRow(row: RunRow, ratings?: RatingByRun): ListedRun {
  const { begunAt, endedAt, savedUsd, left } = row;
  const hasPrice = !isUnconfigured(row.baseline);
  return {
    id: row.id,
    begunAt,
    endedAt,
    ms: endedAt === null ? null : Date.parse(endedAt) - Date.parse(begunAt),
    state: stateOf(row),
    error: row.error,
    key: row.owner,
    pattern: row.pattern,
    model: row.model,
    answeredBy: row.answeredBy,
    place: row.place,
    degraded: row.degraded,
    calls: row.calls,
    cloudCalls: row.cloudCalls,
    costUsd: row.costUsd,
    savedUsd: hasPrice ? savedUsd : null,
    baseline: hasPrice ? row.baseline : null,
    leftCalls: left.calls,
    leftCharacters: left.characters,
    title: row.title,
    rated: ratings?.get(row.id) ?? null,
  };
}

// One that nobody holds has lost its process; it can be resumed, as one can that a signal ended.
function stateOf({ state, holder }: RunRow): ListedRun['state'] {
  if (state === 'aborted' || (state === 'running' && holder === null)) return 'interrupted';
  return state;
}

/** Writes a run of this process as the page is shown it. */
export function recentRow(run: RecentRun): ListedRun {
  const { root, endedMs } = run;
  const ms = root.durationMs ?? 0;
  const { reason: _said, isPriced, costUsd, cloudCalls, ...figures } = figuresOf(run);
  return {
    id: run.id,
    begunAt: new Date(endedMs - ms).toISOString(),
    endedAt: new Date(endedMs).toISOString(),
    ms,
    state: root.error === undefined ? 'done' : 'failed',
    error: root.error ?? null,
    key: run.owner ?? null,
    model: root.modelId,
    leftCalls: cloudCalls,
    title: null,
    rated: null,
    cloudCalls,
    costUsd: isPriced ? costUsd : null,
    ...figures,
    ...(isUnconfigured(figures.baseline) && { savedUsd: null, baseline: null }),
  };
}

/** Reads a whole number of a query. @throws Problem 400 */
export function wholeIn(
  query: URLSearchParams,
  name: string,
  bounds: { readonly usual: number; readonly most: number },
): number {
  const given = query.get(name);
  if (given === null) return bounds.usual;
  const least = name === 'limit' ? 1 : 0;
  const value = Number(given);
  if (given.trim() !== '' && Number.isInteger(value) && value >= least && value <= bounds.most)
    return value;
  throw invalid(
    `\`${name}\` must be a whole number from ${least} to ${bounds.most}, got ` +
      `"${given.slice(0, 32)}". Give one.`,
    name,
  );
}
