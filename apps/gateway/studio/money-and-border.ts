import type { ListedEgressEvent } from '../../../src/entries/runs.ts';
import type { Exchange, Route } from '../exchange.ts';
import { maySee } from '../policy/keys.ts';
import { invalid } from '../wire/problem.ts';
import { requireReader, wholeIn } from './list-runs.ts';
import { isUnconfigured } from './recent-runs.ts';
import { egressList, spendList } from './studio-answers.ts';

export const listSpend: Route = {
  method: 'get',
  path: '/v1/spend',
  summary: 'Sum what runs cost, saved and sent, by UTC day, key, pattern, model and place.',
  scope: 'runs',
  query: { since: 'The first day, such as 2026-01-31.', until: 'The last day.' },
  replies: spendList,
  answer: 'Sums, oldest day first. `savedUsd` is signed, and counts configured baselines alone.',
  async handle(exchange) {
    requireReader(exchange);
    const { services, caller } = exchange;
    const { since, until } = spanIn(exchange);
    const days = await services.studio.spending.days();
    const own = days.filter(
      ({ day, owner }) =>
        day >= since.slice(0, 10) &&
        day <= until.slice(0, 10) &&
        (maySee(caller, 'studio') || owner === caller.name),
    );
    let withheld = 0;
    const data = own.map(({ owner, ...sums }) => {
      if (!isUnconfigured(sums.baseline)) return { ...sums, key: owner };
      withheld += sums.compared;
      return { ...sums, key: owner, baseline: null, savedUsd: 0, compared: 0 };
    });
    return { body: { object: 'list', data, withheld, keeping: services.studio.keeping } };
  },
};

export const listEgress: Route = {
  method: 'get',
  path: '/v1/egress',
  summary: 'List what left for a cloud, newest first, with sums by destination.',
  scope: 'runs',
  query: {
    since: 'An ISO day or time.',
    until: 'An ISO day or time.',
    destination: 'What its model id holds.',
    purpose: 'What the call was for, such as `draft`.',
    run: 'The id of a run.',
    limit: 'Most events of the page, to 1000.',
    after: '`next` of the page before.',
  },
  replies: egressList,
  answer: 'Events with the hash of what left; `removed` says what is no longer on record.',
  async handle(exchange) {
    requireReader(exchange);
    const { query, services } = exchange;
    const { journal, keeping } = services.studio;
    const limit = wholeIn(query, 'limit', { usual: 200, most: 1000 });
    const after = wholeIn(query, 'after', { usual: 0, most: 1_000_000_000 });
    const found = journal ? await eventsOf(exchange) : [];
    const data = found.slice(after, after + limit);
    const next = after + limit < found.length ? String(after + limit) : null;
    const removed = (await journal?.prunings()) ?? [];
    return {
      body: { object: 'list', data, next, totals: totalsOf(found), removed, keeping },
    };
  },
};

async function eventsOf(exchange: Exchange): Promise<ListedEgressEvent[]> {
  const { query, services, caller } = exchange;
  const journal = services.studio.journal!;
  const { since, until } = spanIn(exchange);
  const destination = (query.get('destination') ?? '').toLowerCase();
  const purpose = query.get('purpose');
  const run = query.get('run');
  const events = await journal.egress(since);
  const own = maySee(caller, 'studio') ? undefined : await idsOf(exchange);
  return events
    .filter(
      event =>
        event.at <= until &&
        event.destination.toLowerCase().includes(destination) &&
        (purpose === null || event.purpose === purpose) &&
        (run === null || event.run === run) &&
        (own === undefined || own.has(event.run)),
    )
    .reverse();
}

const mostOwn = 100_000;

async function idsOf({ services, caller }: Exchange): Promise<ReadonlySet<string>> {
  const { runs } = await services.studio.journal!.page({ limit: mostOwn, owner: caller.name });
  return new Set(runs.map(({ id }) => id));
}

function totalsOf(events: readonly ListedEgressEvent[]) {
  const byDestination = Map.groupBy(events, ({ destination }) => destination);
  const sum = (of: readonly ListedEgressEvent[], key: 'characters' | 'tokens' | 'masked') =>
    of.reduce((total, event) => total + event[key], 0);
  return [...byDestination]
    .map(([destination, of]) => ({
      destination,
      calls: of.length,
      characters: sum(of, 'characters'),
      tokens: sum(of, 'tokens'),
      masked: sum(of, 'masked'),
    }))
    .toSorted((a, b) => b.characters - a.characters);
}

// A day is meant whole.
function spanIn({ query }: Exchange): { readonly since: string; readonly until: string } {
  const since = query.get('since') ?? '0000-01-01';
  const until = query.get('until') ?? '9999-12-31';
  for (const [name, given] of Object.entries({ since, until })) {
    if (/^\d{4}-\d\d-\d\d(T[\d:.]+Z?)?$/.test(given)) continue;
    const got = given.slice(0, 32);
    throw invalid(`\`${name}\` must be an ISO day or time, got "${got}". Give one.`, name);
  }
  return { since, until: until.length === 10 ? `${until}T23:59:59.999Z` : until };
}
