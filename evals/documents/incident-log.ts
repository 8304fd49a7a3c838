import { fill, type GeneratedDocument, type Making, pick } from './generated.ts';

const services = [
  'gateway',
  'catalogue',
  'basket',
  'search',
  'mailer',
  'images',
  'pricing',
  'reviews',
];
const stores = ['payments-db', 'ledger-db', 'orders-db', 'stock-db', 'session-cache'];

/**
 * A log of entries, the cause of an outage in the first, its effects far below, a rollback after
 * them, and in the last a remark that names the outage and another cause.
 */
export function incidentLog(making: Making): GeneratedDocument {
  const { random } = making;
  const store = pick(stores, random);
  const change = `CR-${1000 + Math.floor(random() * 9000)}`;
  const [before, after] = [400 + Math.floor(random() * 200), 20 + Math.floor(random() * 60)];
  const cause =
    `06:00:04 deploy change ${change} sets max_connections of ${store} from ` +
    `${before} to ${after}, meant for the test system`;
  const facts = [
    { at: 0, text: cause },
    {
      at: 0.6,
      text:
        `09:41:17 checkout error: the outage begins, no free connection to ${store}, ` +
        `${after} of ${after} in use`,
    },
    {
      at: 0.8,
      text:
        `11:20:12 deploy change ${change} is rolled back, max_connections of ${store} is ` +
        `${before} again`,
    },
    { at: 0.82, text: '11:21:30 checkout recovered, the outage is over' },
    {
      at: 1,
      text:
        '11:58:40 ops note: the outage was announced on the status page and the coffee ' +
        'machine caused a short delay',
    },
  ];
  const { text, spans } = fill(making, facts, index => routine(index, making));
  return {
    kind: 'incident log',
    title: 'incident.log',
    text,
    questions: [
      {
        question: `Which change to ${store} caused the outage at checkout?`,
        answer: change,
        traps: ['coffee machine'],
        evidence: [spans[0]!, spans[1]!],
      },
      {
        question: `What is max_connections of ${store} after the rollback?`,
        answer: String(before),
        traps: [String(after)],
        evidence: [spans[2]!],
      },
    ],
  };
}

function routine(index: number, { random }: Making): string {
  const seconds = 6 * 3600 + 30 + ((index * 7) % 20_000);
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map(part => String(part).padStart(2, '0'))
    .join(':');
  const number = Math.floor(random() * 900);
  const says = pick(
    [
      `info: served ${100 + number} requests, p95 ${40 + (number % 90)} ms`,
      `info: heartbeat, queue length ${number % 23}`,
      `debug: cache refreshed, ${number % 97} entries evicted`,
      `warn: slow query, ${300 + number} ms`,
      `info: certificate valid for ${200 - (number % 90)} days`,
    ],
    random,
  );
  return `${clock} ${pick(services, random)} ${says}`;
}
