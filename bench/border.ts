import { openBorder } from '../src/model/border/border.ts';
import type { BenchResult } from './main.ts';

const runs = 5;
const megabyte = 1_000_000;

/**
 * What the check of what leaves costs in processor time: the index of a document, for a megabyte,
 * how long it holds the thread at most, and a look at 100 kB that is about to leave.
 */
export async function borderBench(): Promise<BenchResult> {
  const [index, held, look]: [number[], number[], number[]] = [[], [], []];
  // The first two runs warm the machine up.
  for (let run = -2; run < runs; run++) {
    const border = openBorder();
    border.watch({ text: textOf(megabyte, 2 * run + 100), label: 'extracts' });
    const begun = processorMs();
    const longest = await longestHeld(() => border.ready());
    const indexed = processorMs() - begun;
    const leaving = [{ at: 'messages[0] (user)', text: textOf(100_000, 2 * run + 101) }];
    border.breachesIn(leaving);
    const from = processorMs();
    for (let time = 0; time < 10; time++) border.breachesIn(leaving);
    if (run < 0) continue;
    index.push(indexed);
    held.push(longest);
    look.push((processorMs() - from) / 10);
  }
  return {
    bench: `border (medians of ${runs} runs, processor time)`,
    rows: [
      { what: 'the index of a document of 1 MB', median: median(index), unit: 'ms', atMost: 50 },
      { what: 'its longest hold of the thread', median: median(held), unit: 'ms', atMost: 50 },
      { what: 'the look at 100 kB', median: median(look), unit: 'ms', atMost: 3 },
    ],
  };
}

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

const syllables = 'ra ne lo vis tor am el ki sun da por ent'.split(' ');

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
