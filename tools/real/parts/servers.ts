import { existsSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { diagnose, openCapabilityCache } from '../../../src/entries/backends.ts';
import {
  type Call,
  cascade,
  type LanguageModel,
  model,
  notConfigured,
  textOf,
  userCall,
} from '../../../src/index.ts';
import { countFigure, type Figure, type Measured } from '../figures.ts';
import type { ModelFile } from '../model-files.ts';
import { firstHour } from '../run-commands.ts';
import type { Runtime } from '../servers.ts';
import type { Bench, Stand } from '../stand.ts';

// A red dot of one pixel.
const picture = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8' +
    'z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

/** What servers are sent that they cannot take, and whether they are found while they are busy. */
export async function servers(bench: Bench): Promise<Measured> {
  const [smallest] = bench.files;
  const figures: Figure[] = [];
  const skipped: string[] = [];
  if (!smallest) return { figures, skipped: ['servers: no model is here'] };
  for (const { name } of bench.runtimes) {
    const stand = await bench.stand(smallest, name);
    figures.push(...(await unfit(bench, stand)));
    if (stand.wire) figures.push(...(await found(bench, smallest, name)));
  }
  if (bench.runtimes.some(({ name }) => name === 'ollama'))
    figures.push(await contexts(bench, smallest));
  else skipped.push('contexts of Ollama: it is not here');
  if (!bench.underLoad) skipped.push('servers under load: `--load` is not given');
  return { figures, skipped };
}

// Neither reads pictures; SmolLM2's template knows no tools. An answer is made up from nothing.
async function unfit(bench: Bench, stand: Stand): Promise<Figure[]> {
  const tries = Math.min(10, bench.rows ?? 10);
  const file = {
    type: 'file' as const,
    mediaType: 'image/png',
    data: { type: 'data' as const, data: new Uint8Array(picture) },
  };
  const asked = cascade({ local: stand.model, cloud: notConfigured() });
  let invented = 0;
  for (let turn = 0; turn < tries; turn++) {
    const question = { type: 'text' as const, text: `What is shown here? (${turn})` };
    const call = {
      prompt: [{ role: 'user' as const, content: [file, question] }],
      temperature: 0,
      maxOutputTokens: 30,
    };
    const turned = turn % 2 ? asked : stand.model;
    if ((await answerTo(turned, call)) !== '') invented++;
  }
  const what = `${stand.file.name}, ${stand.runtime}: pictures answered from nothing`;
  return [countFigure(what, [invented, tries], { wanted: ['0', (_, count) => count === 0] })];
}

// The text of an answer, and none where the call is refused.
function answerTo(asked: LanguageModel, call: Call): Promise<string> {
  return Promise.resolve(asked.doGenerate(call)).then(textOf, () => '');
}

function onlyAt(name: Runtime['name'], url: string | undefined) {
  const variable = name === 'ollama' ? 'OLLAMA_ENDPOINT' : 'LLAMA_SERVER_ENDPOINT';
  const others = ['OLLAMA', 'LMSTUDIO', 'LLAMA_SERVER', 'VLLM', 'MLX'].map(each => [
    `${each}_ENDPOINT`,
    'http://127.0.0.1:9',
  ]);
  return { ...Object.fromEntries(others), [variable]: url };
}

// What doctor tells of a machine, what `init --yes` writes of it and whether `ask` is answered,
// while its processors are busy if that is wanted.
async function found(bench: Bench, file: ModelFile, name: Runtime['name']): Promise<Figure[]> {
  const { wire } = await bench.stand(file, name);
  const env = onlyAt(name, wire?.url);
  const busy = bench.underLoad ? startBusyLoops(2 * availableParallelism()) : [];
  const tries = Math.min(10, bench.rows ?? 10);
  const right = { found: 0, init: 0, ask: 0 };
  try {
    for (let turn = 0; turn < tries; turn++) {
      right.found += Number(await isFound(bench, file, env));
      if (!isBuilt) continue;
      const { isInitRight, isAnswered, said } = await firstHour(file.name, env);
      right.init += Number(isInitRight);
      right.ask += Number(isAnswered);
      if (!isInitRight || !isAnswered) bench.note(said.slice(0, 1500));
    }
  } finally {
    await Promise.all(busy.map(each => each.terminate()));
  }
  const how = `${name}, ${bench.underLoad ? 'two busy loops a core' : 'as the machine is'}`;
  const all = ['all', (share: number) => share === 1] as const;
  const baseline = `a load of ${loadavg()[0]!.toFixed(0)} on ${availableParallelism()} processors`;
  const figure = (what: string, count: number) =>
    countFigure(`${how}: ${what}`, [count, tries], { baseline, wanted: all });
  const found = figure('found with its model, and nothing else', right.found);
  if (!isBuilt) return [found];
  return [
    found,
    figure('`init --yes` writes its model', right.init),
    figure('`ask` is answered', right.ask),
  ];
}

const isBuilt = existsSync(fileURLToPath(new URL('../../../dist/index.js', import.meta.url)));

async function isFound(
  bench: Bench,
  file: ModelFile,
  env: Readonly<Record<string, string | undefined>>,
): Promise<boolean> {
  const { servers: told } = await diagnose({ env, model, cache: openCapabilityCache(env) });
  const running = told.filter(({ state }) => state === 'running');
  const isSilent = told.some(({ state }) => state === 'silent');
  if (running.length === 1 && JSON.stringify(running).includes(file.name) && !isSilent) return true;
  bench.note(JSON.stringify(told).slice(0, 300));
  return false;
}

function startBusyLoops(count: number): Worker[] {
  return Array.from({ length: count }, () => new Worker('for (;;) {}', { eval: true }));
}

// Ten calls of mixed limits and lengths: the server loads the model once, or once more and larger.
async function contexts(bench: Bench, file: ModelFile): Promise<Figure> {
  const { model: asked, wire } = await bench.stand(file, 'ollama');
  const from = wire?.crossings.length ?? 0;
  const limits = [16, 2000, 16, 300, 16, 2000, 64, 16, 500, 16];
  for (const [turn, maxOutputTokens] of limits.entries()) {
    const long = turn % 3 === 2 ? ' Say it shortly.'.repeat(200) : '';
    const call = userCall(`Name a colour.${long}`, { temperature: 0, maxOutputTokens });
    await answerTo(asked, call);
  }
  const sizes = (wire?.crossings ?? [])
    .slice(from)
    .map(({ body }) => (body.options as { num_ctx?: number } | undefined)?.num_ctx ?? 0);
  const shrinks = sizes.filter((size, at) => at > 0 && size < (sizes[at - 1] ?? 0)).length;
  return countFigure('Ollama: calls that ask for a smaller context', [shrinks, sizes.length], {
    baseline: sizes.join(', '),
    wanted: ['0', (_, count) => count === 0],
  });
}
