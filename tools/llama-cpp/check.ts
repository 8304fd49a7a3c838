import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LlamaCppModule } from '../../src/backends/llama-cpp/engine.ts';
import { callsOrText, schemaOfCallable } from '../../src/backends/llama-cpp/tool-calls.ts';
import {
  diagnose,
  llamaCpp,
  logprobsOf,
  openCapabilityCache,
  withLogprobs,
} from '../../src/entries/backends.ts';
import { model, textOf, userCall } from '../../src/index.ts';
import {
  type HanoiState,
  hanoiPrompt,
  hanoiStart,
  hanoiTruth,
  tinyModel,
} from '../../src/testing/index.ts';

/**
 * Runs llama.cpp in this process on the toy weights: it must give the probabilities of `tiny:` to
 * three digits, draw sixteen votes in one context at least 1.5 times as fast as one by one, keep to
 * a schema, and read a prompt once.
 */
const path = fileURLToPath(new URL('../../models/hanoi-random-errors-q8_0.gguf', import.meta.url));
const votes = 16;
const leastRatio = 1.5;
const mostDifference = 5e-4;
const problems: string[] = [];

const local = llamaCpp({
  file: path,
  threads: 1,
  gpu: false,
  sequences: votes,
  contextTokens: 64,
  module: () => import('node-llama-cpp' as string) as never,
});
const tiny = tinyModel({ path });

const probabilities = await compareProbabilities();
const batch = await compareVotes();
await checkSchema();
await checkReuse();
await checkTools();
await checkDiagnosis();
await local[Symbol.asyncDispose]();

const result = {
  model: 'hanoi-random-errors (a toy of 0.77 million parameters)',
  ...probabilities,
  ...batch,
  problems,
};
if (process.argv.includes('--json')) console.log(JSON.stringify(result));
else {
  console.log(
    "largest difference of a token's probability to tiny:  " +
      `${probabilities.largestDifference.toExponential(1)}`,
  );
  console.log(`tokens compared  ${probabilities.tokens}`);
  console.log(
    `sixteen votes in one context, times as fast as one by one  ${batch.ratio.toFixed(2)}`,
  );
  for (const problem of problems) console.error(problem);
}
process.exitCode = problems.length > 0 ? 1 : 0;

function demand(isRight: boolean, problem: string): void {
  if (!isRight) problems.push(problem);
}

function prompts(disks: number): string[] {
  const states: HanoiState[] = [hanoiStart(disks)];
  for (let step = 1; step < 2 ** disks - 1; step++) states.push(hanoiTruth(states.at(-1)!).next);
  return states.map(hanoiPrompt);
}

/**
 * Asks both for the same answers; the most probable tokens and their probabilities must be the
 * same.
 */
async function compareProbabilities() {
  let largestDifference = 0;
  let tokens = 0;
  for (const prompt of prompts(5)) {
    const call = withLogprobs(userCall(prompt, { temperature: 0, stopSequences: [';'] }));
    const [ours, theirs] = await Promise.all([local.doGenerate(call), tiny.doGenerate(call)]);
    demand(
      textOf(ours) === textOf(theirs),
      `"${prompt}" gives "${textOf(ours)}", with tiny: "${textOf(theirs)}"`,
    );
    for (const [index, { logprob }] of (logprobsOf(theirs) ?? []).entries()) {
      const own = logprobsOf(ours)?.[index]?.logprob ?? Number.NEGATIVE_INFINITY;
      largestDifference = Math.max(largestDifference, Math.abs(Math.exp(own) - Math.exp(logprob)));
      tokens++;
    }
  }
  demand(
    largestDifference < mostDifference,
    `a probability differs by ${largestDifference}, at most ${mostDifference}`,
  );
  return { largestDifference, tokens };
}

/**
 * Draws votes at the same time and one by one, in turns; the fastest of nine, which other work
 * disturbs least, and of up to 27 where that work never rests.
 */
async function compareVotes() {
  const [prompt = ''] = prompts(8).slice(100);
  const vote = (seed: number) =>
    local.doGenerate(
      userCall(prompt, { temperature: 1.5, seed, stopSequences: [';'], maxOutputTokens: 24 }),
    );
  const together = () => Promise.all(Array.from({ length: votes }, (_, seed) => vote(seed)));
  const oneByOne = async () => {
    for (let seed = 0; seed < votes; seed++) await vote(seed);
  };
  const times: { together: number[]; oneByOne: number[] } = { together: [], oneByOne: [] };
  await together();
  const ratioNow = () => Math.min(...times.oneByOne) / Math.min(...times.together);
  for (let round = 0; round < 9 || (round < 27 && ratioNow() < leastRatio); round++) {
    times.together.push(await timed(together));
    times.oneByOne.push(await timed(oneByOne));
  }
  const [togetherMs, oneByOneMs] = [Math.min(...times.together), Math.min(...times.oneByOne)];
  const ratio = ratioNow();
  demand(
    ratio >= leastRatio,
    `sixteen votes together are ${ratio.toFixed(2)} times as fast, at least ${leastRatio}`,
  );
  return { togetherMs, oneByOneMs, ratio };
}

async function checkSchema(): Promise<void> {
  const schema = { type: 'object' as const, properties: { isRight: { type: 'boolean' as const } } };
  const call = userCall('321||----=', {
    responseFormat: { type: 'json', schema },
    maxOutputTokens: 40,
  });
  const text = textOf(await local.doGenerate(call));
  demand(/^\{\s*"isRight"\s*:\s*(true|false)\s*\}\s*$/.test(text), `a schema gives ${text}`);
}

async function checkReuse(): Promise<void> {
  const call = userCall('987654321||----=', { maxOutputTokens: 2 });
  await local.doGenerate(call);
  const { inputTokens } = (await local.doGenerate(call)).usage;
  demand(
    inputTokens.cacheRead === inputTokens.total! - 1,
    `a known prompt is read again: ${JSON.stringify(inputTokens)}`,
  );
}

/**
 * A toy that knows no tools is bound to call one by the grammar alone; text passes through the same
 * grammar.
 */
async function checkTools(): Promise<void> {
  const module = (await import('node-llama-cpp' as string)) as LlamaCppModule;
  await using toy = llamaCpp({
    file: path,
    threads: 1,
    gpu: false,
    sequences: 1,
    module: async () => module,
  });
  const properties = {
    city: { anyOf: [{ type: 'string' as const, maxLength: 4 }, { type: 'null' as const }] },
  };
  const inputSchema = { type: 'object' as const, properties, required: ['city'] };
  const tools = [{ type: 'function' as const, name: 'weather', inputSchema }];
  const call = userCall('321||----=', {
    tools,
    toolChoice: { type: 'required' },
    temperature: 1,
    seed: 3,
  });
  const [part] = (await toy.doGenerate({ ...call, maxOutputTokens: 400 })).content;
  const input = part?.type === 'tool-call' ? (JSON.parse(part.input) as { city?: unknown }) : {};
  const isRight = input.city === null || typeof input.city === 'string';
  demand(isRight, `a tool that must be called gives ${JSON.stringify(part)}`);
  const llama = await module.getLlama({ build: 'never', logLevel: 'error', gpu: false });
  const callable = { tools, isDemanded: false, answer: undefined };
  const { grammar } = await llama.createGrammarForJsonSchema(schemaOfCallable(callable));
  const bound = {
    model: await llama.loadModel({ modelPath: path }),
    grammar: await llama.createGrammar({ grammar: callsOrText(grammar, callable) }),
  };
  const problem = await Promise.resolve(bound).then(
    options => void new module.LlamaGrammarEvaluationState(options),
    (error: unknown) => String(error),
  );
  demand(problem === undefined, `the grammar of calls or text is refused: ${problem}`);
  await llama.dispose();
}

/** What `tandem doctor` says of the package: it loads its binary in a process of its own. */
async function checkDiagnosis(): Promise<void> {
  const { engine } = await diagnose({
    env: { LLAMA_CPP_SLM_MODEL: path },
    model,
    cache: openCapabilityCache({ TANDEM_CACHE_DIR: mkdtempSync(join(tmpdir(), 'tandem-check-')) }),
    limitMs: 20_000,
    engineEntry: import.meta.resolve('node-llama-cpp' as string),
  });
  const isRight = engine.binary?.loads === true && engine.files[0]?.state === 'ready';
  demand(isRight, `a diagnosis says ${JSON.stringify(engine)}`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
