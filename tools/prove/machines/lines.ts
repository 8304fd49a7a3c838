import type { Proof } from '../journal.ts';
import { type PassPostgres, passLines, saidGrowth } from './worker-pass.ts';

const slots = 2;
const ms = 200;
const workers = 4;
const questionsADocument = 3;
const documentLength = 1500;
const leastShare = 0.85;
// Both are the middle of a fifth of the time: the second one, and the last. A process that was just
// started grows until it has done everything some times.
const leastLong = 5000;
const mostGrowth = { times: 1.15, bytes: 16e6 };

/**
 * Three questions on each of many documents, as lines of a batch, through four workers with a model
 * server each: the rate is hardly less than four times that of one worker, and no process grows.
 */
export async function proveLines(lines: number, postgres: PassPostgres): Promise<Proof> {
  const pass = (count: number, by: number) => {
    const all = Array.from({ length: count }, lineOnDocument);
    return passLines({ lines: all, workers: by, slots, ms }, postgres);
  };
  const alone = await pass(Math.max(60, Math.round(lines / 30)), 1);
  const together = await pass(lines, workers);
  const share = together.perSecond / (workers * alone.perSecond);
  const grown = together.memory.filter(
    ({ first, last }) =>
      lines >= leastLong && last > first * mostGrowth.times && last > first + mostGrowth.bytes,
  );
  const says =
    `${lines} lines × ${ms} ms by ${workers} workers of ${slots} slots: ` +
    `${together.perSecond.toFixed(2)} a second, one ${alone.perSecond.toFixed(2)}: ` +
    `${share.toFixed(3)} of four times (ideal rate ${((workers * slots * 1000) / ms).toFixed(0)})`;
  const memory = together.memory.map(saidGrowth).join(', ');
  const costs = `processor time a line: ${together.costs}; memory ${memory}`;
  return {
    says: [says, costs],
    problems: [
      ...alone.problems,
      ...together.problems,
      ...(share < leastShare ? [`less than ${leastShare} of four workers: ${says}`] : []),
      ...grown.map(each => `grows: ${saidGrowth(each)}`),
    ],
  };
}

function lineOnDocument(_: unknown, n: number): string {
  const document = Math.floor(n / questionsADocument);
  const sentence = `Document ${document} says that pump ${(document * 7) % 9973} was mended. `;
  const content = sentence.repeat(Math.ceil(documentLength / sentence.length));
  const messages = [
    { role: 'system', content },
    { role: 'user', content: `call ${n}` },
  ];
  const body = { model: 'local', messages };
  return JSON.stringify({ custom_id: `r${n}`, url: '/v1/chat/completions', body });
}
