import { mkdtempSync, rmSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FileJournal } from '../src/entries/runs.ts';
import type { Answer, LanguageModel, StreamPart } from '../src/index.ts';
import type { Entered, WalkName } from './walk.ts';

/**
 * `walk-child.ts NAME`: takes one walk through src/ of the working folder and prints what it
 * entered, as JSON.
 */
const root = resolve('.');
const tandem: typeof import('../src/index.ts') = await import(
  pathToFileURL(join(root, 'src/index.ts')).href
);
const {
  cascade,
  definePattern,
  delegate,
  inCloud,
  onDevice,
  openJournal,
  run,
  textAnswer,
  userCall,
} = tandem;

const answer = textAnswer('the answer');
const trails: string[][] = [];
const cloud = inCloud(trivial('cloud'));
const asking = definePattern({
  name: 'asking',
  models: [cloud],
  generate: async (_call, _ask) =>
    delegate(cloud, userCall('question?'), { about: { reason: 'the walk' } }),
});
const escalating = cascade({
  local: onDevice(trivial('local')),
  cloud,
  accept: () => ({ score: 0, accepts: false, reason: 'the walk' }),
});

const folder = mkdtempSync(join(tmpdir(), 'tandem-walk-'));
const journal = openJournal({ path: join(folder, 'journal.db') });
const walks: Readonly<Record<WalkName, () => Promise<unknown>>> = {
  leaf: () => journaled(journal, asking),
  cascade: () => journaled(journal, escalating),
  'cascade, plain': async () => escalating.doGenerate(userCall('question?')),
};
const entered = await covered(walks[process.argv[2] as WalkName]);
const deepest = trails.toSorted((a, b) => b.length - a.length)[0] ?? [];
process.stdout.write(JSON.stringify({ entered, trail: deepest }));
journal[Symbol.dispose]();
rmSync(folder, { recursive: true, force: true });

async function journaled(kept: FileJournal, model: LanguageModel): Promise<void> {
  await run({ journal: kept, runId: 'walk' }, async () => {
    const { stream } = await model.doStream(userCall('question?'));
    const reader = stream.getReader();
    while (!(await reader.read()).done);
  });
}

async function covered(walk: () => Promise<unknown>): Promise<Entered[]> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  await walk();
  const { result } = await session.post('Profiler.takePreciseCoverage');
  session.disconnect();
  const source = pathToFileURL(join(root, 'src/')).href;
  return result
    .filter(({ url }) => url.startsWith(source))
    .map(({ url, functions }) => ({
      path: `src/${url.slice(source.length)}`,
      calls: functions.map(({ ranges }) => ranges[0]?.count ?? 0).filter(count => count > 0),
    }))
    .filter(({ calls }) => calls.length > 0);
}

// Answers at once, whole or in parts, and keeps who was waiting for each part.
function trivial(modelId: string): LanguageModel {
  return {
    specificationVersion: 'v4',
    provider: 'walk',
    modelId,
    supportedUrls: {},
    doGenerate: async () => answer,
    doStream: async () => {
      const parts = partsOf(answer);
      const pull = (controller: ReadableStreamDefaultController<StreamPart>) => {
        trails.push(waiting());
        const part = parts.shift();
        if (part) controller.enqueue(part);
        else controller.close();
      };
      return { stream: new ReadableStream<StreamPart>({ pull }, { highWaterMark: 0 }) };
    },
  };
}

function partsOf({ usage, finishReason }: Answer): StreamPart[] {
  return [
    { type: 'stream-start', warnings: [] },
    { type: 'text-start', id: '1' },
    { type: 'text-delta', id: '1', delta: 'the ' },
    { type: 'text-delta', id: '1', delta: 'answer' },
    { type: 'text-end', id: '1' },
    { type: 'finish', usage, finishReason },
  ];
}

// The stack as V8 follows it over awaits: every function that waits for this part, from the
// innermost.
function waiting(): string[] {
  const before = Error.stackTraceLimit;
  Error.stackTraceLimit = 200;
  const { stack = '' } = new Error('a look at the stack');
  Error.stackTraceLimit = before;
  return stack.split('\n').filter(line => line.includes('/src/'));
}
