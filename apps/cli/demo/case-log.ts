/**
 * The log of an invented incident: several hundred entries, the cause in the first, a false lead in
 * the last.
 */
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

/** What really happened, written in the first minute. */
export const rootCause =
  '06:00:04 deploy change CR-4471 sets max_connections of payments-db from 400 to 40, meant for ' +
  'the test system';

const symptom =
  '09:41:17 checkout error: payments failed, no free connection to payments-db, 40 of 40 in use';

/** A true remark that explains nothing: the trap. */
const trap =
  '11:58:40 ops note: the payments outage was announced on the status page and the coffee ' +
  'machine caused a short delay';

/** The log, one entry a line. */
export const caseLog: string = lines().join('\n');

/** What the reader of the log wants to know. */
export const caseQuestion = 'Why did payments fail, and which change to payments-db caused it?';

function lines(): string[] {
  const entries = [rootCause];
  for (let index = 0; index < 420; index++) {
    entries.push(routine(index));
    if (index === 290) entries.push(symptom);
    if (index === 330)
      entries.push(
        '10:02:55 oncall restarts checkout; payments still fail, payments-db refuses new ' +
          'connections',
      );
    if (index === 390)
      entries.push(
        '11:20:12 deploy change CR-4471 is rolled back, max_connections of payments-db is 400 ' +
          'again',
      );
    if (index === 395) entries.push('11:21:30 checkout recovered: payments accepted');
  }
  return [...entries, trap];
}

function routine(index: number): string {
  const seconds = 6 * 3600 + 30 + index * 50;
  const time = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const clock = time.map(part => String(part).padStart(2, '0')).join(':');
  const service = services[(index * 5) % services.length]!;
  const kinds = [
    `${service} info: served ${120 + ((index * 37) % 800)} requests, p95 ` +
      `${40 + ((index * 13) % 90)} ms`,
    `${service} info: heartbeat, queue length ${(index * 7) % 23}`,
    `${service} debug: cache refreshed, ${(index * 11) % 97} entries evicted`,
    `${service} warn: slow query, ${300 + ((index * 29) % 700)} ms`,
    `${service} info: certificate valid for ${200 - (index % 90)} days`,
  ];
  return `${clock} ${kinds[(index * 3) % kinds.length]!}`;
}
