import { openBorder } from '../src/model/border/border.ts';

const runs = 5;
const megabyte = 1_000_000;
const syllables = 'ra ne lo vis tor am el ki sun da por ent'.split(' ');

/**
 * `node tools/border-cost.ts`: what the check of what leaves costs in processor time: the index of
 * a document of a megabyte, how long it holds the thread, and a look at 100 kB that is about
 * to leave. Medians of five, for a quiet machine.
 */
const [index, held, look]: [number[], number[], number[]] = [[], [], []];
// The first two runs warm the machine up.
for (let run = -2; run < runs; run++) {
  const border = openBorder();
  border.watch({ text: textOf(megabyte, 2 * run + 100), label: 'extracts' });
  const begun = processorMs();
  const longest = await longestHeld(() => border.ready());
  const indexed = processorMs() - begun;
  const leaving = [{ at: 'messages[0] (user)', text: textOf(100_000, 2 * run + 101) }];
  await border.breachesIn(leaving);
  const from = processorMs();
  for (let time = 0; time < 10; time++) await border.breachesIn(leaving);
  if (run < 0) continue;
  index.push(indexed);
  held.push(longest);
  look.push((processorMs() - from) / 10);
}
const rows = [
  { what: 'the index of a document of 1 MB', ms: median(index), most: 50 },
  { what: 'its longest hold of the thread', ms: median(held), most: 50 },
  { what: 'the look at 100 kB', ms: median(look), most: 3 },
];
for (const { what, ms, most } of rows)
  console.log(
    `${what.padEnd(34)} ${ms.toFixed(1)} ms (at most ${most}${ms > most ? ': MISSED' : ''})`,
  );
process.exitCode = rows.some(({ ms, most }) => ms > most) ? 1 : 0;

// Between two turns of the loop the thread was held.
async function longestHeld(work: () => Promise<void>): Promise<number> {
  let [longest, from, isDone] = [0, processorMs(), false];
  const turn = () => {
    longest = Math.max(longest, processorMs() - from);
    from = processorMs();
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  isDone = true;
  return longest;
}

function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

// Sentences of made-up words, no two texts alike.
function textOf(length: number, seed: number): string {
  let state = seed;
  const draw = (most: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * most);
  };
  const parts: string[] = [];
  for (let size = 0, words = 0; size < length; words++) {
    const word = `${syllables[draw(12)]}${syllables[draw(12)]}${words % 14 === 13 ? '.\n' : ' '}`;
    parts.push(word);
    size += word.length;
  }
  return parts.join('').slice(0, length);
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
