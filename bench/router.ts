import { decideByWeights, defaultWeights } from '../src/entries/eval.ts';
import type { BenchResult } from './main.ts';

const runs = 5;
const decisions = 400;

/** What a decision of the shipped weights costs, at 1 kB and at 64 kB. */
export async function routerBench(): Promise<BenchResult> {
  const weights = defaultWeights();
  const short = textsOf(1024);
  const long = textsOf(65_536);
  const medians: [number[], number[]] = [[], []];
  for (let run = 0; run < runs + 1; run++) {
    const times = [short, long].map(texts =>
      median(
        Array.from({ length: decisions }, (_, index) =>
          timeOf(texts[index % texts.length]!, weights),
        ),
      ),
    );
    // The first run warms the machine up.
    if (run === 0) continue;
    medians[0].push(times[0]!);
    medians[1].push(times[1]!);
  }
  return {
    bench: `router (medians of ${runs} runs of ${decisions} decisions)`,
    rows: [
      { what: 'a decision at 1 kB', median: 1000 * median(medians[0]), unit: 'µs', atMost: 50 },
      { what: 'a decision at 64 kB', median: 1000 * median(medians[1]), unit: 'µs', atMost: 1000 },
    ],
  };
}

const wordList =
  'explain the difference between two strategies and write a function that returns the total of ' +
  'all orders in March customer asked why invoice 4471 was paid twice; please summarise: ' +
  '"net 30 days", 12.5 % off, (see page 3) and reply';
const words = wordList.split(' ');

// Texts that differ, so that nothing is learned by heart.
function textsOf(length: number): string[] {
  return Array.from({ length: 20 }, (_, seed) => {
    let text = '';
    for (let at = seed; text.length < length; at += 1 + ((at * 7 + seed) % 5)) {
      text += `${words[at % words.length]}${at % 9 === 0 ? at : ''} `;
    }
    return text.slice(0, length);
  });
}

function timeOf(text: string, weights: ReturnType<typeof defaultWeights>): number {
  const begun = performance.now();
  decideByWeights(weights, text);
  return performance.now() - begun;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
