import {
  definePattern,
  type LanguageModel,
  minions,
  onDevice,
  plainPlan,
  settle,
  textAnswer,
  userCall,
} from '../src/index.ts';
import type { BenchResult } from './main.ts';

const runs = 5;
const callsPerRun = 2000;
const jobs = 200;

/**
 * What `ask` costs above a direct call, and what MINIONS costs for 200 jobs, over models that
 * answer at once.
 */
export async function askBench(): Promise<BenchResult> {
  const direct: number[] = [];
  const asked: number[] = [];
  const mapped: number[] = [];
  for (let run = 0; run < runs + 1; run++) {
    const [bare, through, map] = [await timeDirect(), await timeAsk(), await timeMinions()];
    // The first run warms the machine up.
    if (run === 0) continue;
    direct.push(bare);
    asked.push(through);
    mapped.push(map);
  }
  const overhead = asked.map((time, run) => time - direct[run]!);
  return {
    bench: `ask (medians of ${runs} runs, journal off)`,
    rows: [
      { what: 'direct doGenerate', median: median(direct), unit: 'ms' },
      { what: 'one ask above it', median: median(overhead), unit: 'ms', atMost: 0.03 },
      { what: `minions over ${jobs} instant jobs`, median: median(mapped), unit: 'ms', atMost: 10 },
    ],
  };
}

const prompt = 'What does this cost? '.repeat(15);

function instant(modelId: string, text: string): LanguageModel {
  const answer = textAnswer(text);
  return onDevice({
    specificationVersion: 'v4',
    provider: 'bench',
    modelId,
    supportedUrls: {},
    doGenerate: async () => answer,
    doStream: async () => ({ stream: new ReadableStream() }),
  });
}

async function timeDirect(): Promise<number> {
  const leaf = instant('leaf', 'ok');
  const call = userCall(prompt);
  const begun = performance.now();
  for (let n = 0; n < callsPerRun; n++) await leaf.doGenerate(call);
  return (performance.now() - begun) / callsPerRun;
}

// All asks in one pattern call, so that the pattern itself does not count.
async function timeAsk(): Promise<number> {
  const leaf = instant('leaf', 'ok');
  const call = userCall(prompt);
  let perAsk = 0;
  const pattern = definePattern({
    name: 'asking',
    models: [leaf],
    async generate(_call, ask) {
      const begun = performance.now();
      for (let n = 0; n < callsPerRun; n++) await ask(leaf, call);
      perAsk = (performance.now() - begun) / callsPerRun;
      return settle(textAnswer('done'), { reason: 'bench' });
    },
  });
  await pattern.doGenerate(call);
  return perAsk;
}

async function timeMinions(): Promise<number> {
  const worker = instant('worker', '{"explanation":"","citation":null,"answer":null}');
  const model = minions({
    local: worker,
    cloud: instant('cloud', 'ok'),
    concurrency: 8,
    plan: question => ({ ...plainPlan(question), chunking: { by: 'paragraph', characters: 500 } }),
  });
  const paragraph = `${'word '.repeat(98)}\n\n`;
  const text = paragraph.repeat(jobs);
  const file = {
    type: 'file' as const,
    mediaType: 'text/plain',
    data: { type: 'text' as const, text },
  };
  const call = {
    prompt: [
      { role: 'user' as const, content: [file, { type: 'text' as const, text: 'What is said?' }] },
    ],
  };
  const begun = performance.now();
  await model.doGenerate(call);
  return performance.now() - begun;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
