import { Agent } from 'node:http';
import { ask, rate } from './gateway/client.ts';
import {
  type Contestant,
  type Field,
  memoryOf,
  openField,
  processorMsOf,
} from './gateway/contestants.ts';
import type { BenchResult } from './main.ts';

const rounds = 5;
const perRound = 60;
const connections = 16;
const rateMs = 1000;

type Row = BenchResult['rows'][number];

interface Figures {
  readonly whole: number[];
  readonly first: number[];
  readonly rates: number[];
  readonly processor: number[];
}

/**
 * Latency, first byte, requests a second and memory of Tandem beside Portkey, and beside LiteLLM's
 * proxy where `LITELLM_PROGRAM` says where it is, over one double,
 * request by request in turn. The floor is Hono with a bare leaf: the SDK's, and beside it
 * Tandem's, which shows what the client costs.
 */
export async function gatewayBench(): Promise<BenchResult> {
  const field = await openField();
  try {
    const { close: _close, ...contestants } = field;
    const all = Object.values(contestants).filter(each => each !== undefined);
    const figures = new Map(
      all.map(each => [each.name, { whole: [], first: [], rates: [], processor: [] } as Figures]),
    );
    for (let round = 0; round <= rounds; round++) {
      // The first round warms everything up.
      await oneRound(all, round === 0 ? undefined : figures);
    }
    return {
      bench: `gateway (medians of ${rounds} rounds, journal on)`,
      rows: rowsOf(field, figures),
    };
  } finally {
    field.close();
  }
}

async function oneRound(
  all: readonly Contestant[],
  figures: Map<string, Figures> | undefined,
): Promise<void> {
  const agents = new Map(
    all.map(({ name }) => [name, new Agent({ keepAlive: true, maxSockets: 1 })]),
  );
  const own = new Map(
    all.map(({ name }) => [name, { whole: [] as number[], first: [] as number[] }]),
  );
  for (let n = 0; n < perRound; n++) {
    for (const contestant of all) {
      const agent = agents.get(contestant.name)!;
      own.get(contestant.name)!.whole.push((await ask(contestant, agent, false)).wholeMs);
      own.get(contestant.name)!.first.push((await ask(contestant, agent, true)).firstMs);
    }
  }
  for (const contestant of all) {
    const before = processorMsOf(contestant);
    const perSecond = await rate(contestant, { connections, ms: rateMs });
    const perRequest = (processorMsOf(contestant) - before) / ((perSecond * rateMs) / 1000);
    const found = figures?.get(contestant.name);
    found?.whole.push(median(own.get(contestant.name)!.whole));
    found?.first.push(median(own.get(contestant.name)!.first));
    found?.rates.push(perSecond);
    found?.processor.push(perRequest);
  }
  for (const agent of agents.values()) agent.destroy();
}

function rowsOf(field: Field, figures: Map<string, Figures>): BenchResult['rows'] {
  return [...latencyRows(field, figures), ...loadRows(field, figures)];
}

/** What each adds to a request, and to its first byte, above the double. */
function latencyRows(field: Field, figures: Map<string, Figures>): Row[] {
  const { direct, floor, tandem, routed, portkey, litellm } = field;
  const of = (contestant: Contestant) => figures.get(contestant.name)!;
  // Above the double itself, round by round.
  const added = (contestant: Contestant, kind: 'whole' | 'first') =>
    of(contestant)[kind].map((time, round) => time - of(direct)[kind][round]!);
  const above = (kind: 'whole' | 'first', contestant: Contestant) =>
    median(added(contestant, kind));
  const kinds = kindsOf(field);
  return [
    ...kinds.map(each => line(`added latency, p50: ${each.name}`, added(each, 'whole'), 'ms')),
    ratio('added latency, tandem / portkey', above('whole', tandem) / above('whole', portkey), 0.9),
    ratio('added latency, routed / portkey', above('whole', routed) / above('whole', portkey), 0.9),
    ...(litellm
      ? [
          ratio(
            'added latency, tandem / litellm',
            above('whole', tandem) / above('whole', litellm),
            0.2,
          ),
        ]
      : []),
    ...kinds.map(each =>
      line(`first streamed byte above the double: ${each.name}`, added(each, 'first'), 'ms'),
    ),
    line(
      'first streamed byte, tandem above the floor',
      [above('first', tandem) - above('first', floor)],
      'ms',
      1,
    ),
    line(
      'first streamed byte, routed above the floor',
      [above('first', routed) - above('first', floor)],
      'ms',
      1,
    ),
  ];
}

/** What each can take, and what that costs of processor and memory. */
function loadRows(field: Field, figures: Map<string, Figures>): Row[] {
  const { floor, tandem, routed, portkey, litellm } = field;
  const of = (contestant: Contestant) => figures.get(contestant.name)!;
  const perSecond = (contestant: Contestant) => median(of(contestant).rates);
  const perCall = (contestant: Contestant) => median(of(contestant).processor);
  const kinds = kindsOf(field);
  return [
    ...kinds.map(each =>
      line(`requests at ${connections} connections: ${each.name}`, of(each).rates, '/s'),
    ),
    ...kinds.map(each => line(`processor time a request: ${each.name}`, of(each).processor, 'ms')),
    ratio('processor time a request, tandem / portkey', perCall(tandem) / perCall(portkey), 0.45),
    ratio('requests a second, portkey / tandem', perSecond(portkey) / perSecond(tandem), 1),
    ratio('requests a second, portkey / routed', perSecond(portkey) / perSecond(routed), 1),
    ...(litellm
      ? [
          ratio(
            'requests a second, litellm / tandem',
            perSecond(litellm) / perSecond(tandem),
            1 / 7,
          ),
        ]
      : []),
    ...[floor, tandem, portkey].map(each =>
      line(`memory after the load: ${each.name}`, [memoryOf(each)], 'MB'),
    ),
    ratio('memory, tandem / portkey', memoryOf(tandem) / memoryOf(portkey), 1),
  ];
}

/** All that stand above the double. */
function kindsOf({ floor, ownFloor, tandem, routed, portkey, litellm }: Field): Contestant[] {
  return [floor, ownFloor, tandem, routed, portkey, ...(litellm ? [litellm] : [])];
}

function line(what: string, values: readonly number[], unit: string, atMost?: number): Row {
  return { what, median: median(values), unit, ...(atMost !== undefined && { atMost }) };
}

function ratio(what: string, value: number, atMost: number): Row {
  return { what, median: value, unit: '×', atMost };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
