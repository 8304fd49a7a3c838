import { decideByWeights, defaultWeights } from '../src/entries/eval.ts';
import { decideRoute, router } from '../src/index.ts';
import { scriptedModel } from '../src/testing/index.ts';
import type { BenchResult } from './main.ts';

const runs = 7;
const texts = 20;
const turns = 8;
const kB = 1024;
const [short, long] = [50, 1000];

/**
 * What a decision costs in processor time: of the shipped weights alone, and of a router that looks
 * back on a conversation, each turn of which is scored.
 */
export async function routerBench(): Promise<BenchResult> {
  const weights = defaultWeights();
  const [local, cloud] = [scriptedModel([]), scriptedModel([])];
  // No turn goes to the cloud, so that each is looked at.
  const aim = { aim: 'guess', cloudBelow: 1e-9 } as const;
  const routing = router({ local, cloud, unsure: cloud, weights, anyPair: true, ...aim });
  const bare = (text: string) => decideByWeights(weights, text);
  let asked = 0;
  const talked = (text: string) => decideRoute(routing, conversationOf(text, ++asked));
  const row = async (what: string, length: number, decides: (text: string) => unknown) => ({
    what,
    median: await medianOf(textsOf(length), decides),
    unit: 'µs',
    atMost: length > kB ? long : short,
  });
  return {
    bench: `router (processor time, medians of ${runs} runs)`,
    rows: [
      await row('a decision at 390 B', 390, bare),
      await row('a decision at 1 kB', kB, bare),
      await row('a decision at 64 kB', 64 * kB, bare),
      await row(`the same, as ${turns} turns of 390 B in all`, 390, talked),
      await row(`the same, as ${turns} turns of 1 kB in all`, kB, talked),
      await row(`the same, as ${turns} turns of 64 kB in all`, 64 * kB, talked),
    ],
  };
}

// Its last turn is new, as when a client asks on.
function conversationOf(text: string, asked: number) {
  const said = (role: 'user' | 'assistant', words: string) => ({
    role,
    content: [{ type: 'text' as const, text: words }],
  });
  const length = Math.floor(text.length / turns);
  const prompt = Array.from({ length: turns }, (_, turn) => [
    said('user', text.slice(turn * length, (turn + 1) * length) + (turn < turns - 1 ? '' : asked)),
    said('assistant', 'Done.'),
  ]);
  return { prompt: prompt.flat().slice(0, -1) };
}

async function medianOf(texts: readonly string[], decides: (text: string) => unknown) {
  const rounds = texts[0]!.length > kB ? 10 : 50;
  const found: number[] = [];
  // The first runs warm the machine up.
  for (let run = -2; run < runs; run++) {
    const { user, system } = process.cpuUsage();
    for (let round = 0; round < rounds; round++) for (const text of texts) await decides(text);
    const spent = process.cpuUsage({ user, system });
    if (run >= 0) found.push((spent.user + spent.system) / (rounds * texts.length));
  }
  return found.sort((a, b) => a - b)[Math.floor(runs / 2)]!;
}

const wordList =
  'explain the difference between two strategies and write a function that returns the total of ' +
  'all orders in March customer asked why invoice 4471 was paid twice; please summarise: ' +
  '"net 30 days", 12.5 % off, (see page 3) and reply';
const words = wordList.split(' ');

// Texts that differ, so that nothing is learned by heart.
function textsOf(length: number): string[] {
  return Array.from({ length: texts }, (_, seed) => {
    let text = '';
    for (let at = seed; text.length < length; at += 1 + ((at * 7 + seed) % 5)) {
      text += `${words[at % words.length]}${at % 9 === 0 ? at : ''} `;
    }
    return text.slice(0, length);
  });
}
