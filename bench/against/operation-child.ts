import { join } from 'node:path';
import type { LanguageModel } from '../../src/index.ts';
import { namesOf } from './names.ts';
import type { Measure } from './side.ts';

/** The operations that two trees are compared by. */
export type OperationName = 'ask' | 'journal' | 'router' | 'minions';

interface Operation {
  /** How many operations one turn does. */
  readonly count: number;
  readonly turn: () => Promise<void>;
}

/**
 * `operation-child.ts NAME FOLDER`, started in a tree: does a turn of the operation for every
 * message.
 */
const {
  definePattern,
  minions,
  onDevice,
  openJournal,
  plainPlan,
  router,
  run,
  settle,
  textAnswer,
  userCall,
} = await namesOf(process.cwd(), [
  'definePattern',
  'minions',
  'onDevice',
  'openJournal',
  'plainPlan',
  'router',
  'run',
  'settle',
  'textAnswer',
  'userCall',
]);
const operations: Readonly<Record<OperationName, () => Operation>> = {
  ask: asks,
  journal: journaledAsks,
  router: routed,
  minions: mapped,
};
const operation = operations[process.argv[2] as OperationName]();
process.on('message', () => void once().then(measure => process.send?.(measure)));

async function once(): Promise<Measure> {
  const [begun, used] = [performance.now(), process.cpuUsage()];
  await operation.turn();
  const { user, system } = process.cpuUsage(used);
  return {
    processorMs: (user + system) / 1000,
    wallMs: performance.now() - begun,
    count: operation.count,
  };
}

function asks(): Operation {
  const [calls, width] = [20, 1000];
  const model = asking({ count: width, width: 1 });
  return {
    count: calls * width,
    turn: () => repeat(calls, async () => model.doGenerate(userCall('go'))),
  };
}

function journaledAsks(): Operation {
  const journal = openJournal({ path: join(process.argv[3]!, 'journal.db') });
  const alone = asking({ count: 100, width: 1 });
  const together = asking({ count: 3000, width: 50 });
  let runs = 0;
  const kept = (model: LanguageModel) =>
    run({ journal, runId: `run ${runs++}` }, async () => model.doGenerate(userCall('go')));
  return {
    count: 3100,
    async turn() {
      await kept(alone);
      await kept(together);
    },
  };
}

function routed(): Operation {
  // The weights of the package decide nothing of their own any more: their score is asked for, so
  // that both trees do the same.
  const models = { local: instant('local', 'ok'), cloud: instant('cloud', 'ok') };
  const model = router({ ...models, aim: 'guess' });
  const texts = Array.from({ length: 50 }, (_, seed) => textOf(1024, seed));
  const count = 2500;
  return {
    count,
    turn: () => repeat(count, async n => model.doGenerate(userCall(texts[n % texts.length]!))),
  };
}

function mapped(): Operation {
  const jobs = 200;
  const model = minions({
    local: instant('worker', '{"explanation":"","citation":null,"answer":null}'),
    cloud: instant('cloud', 'ok'),
    concurrency: 8,
    plan: question => ({ ...plainPlan(question), chunking: { by: 'paragraph', characters: 500 } }),
  });
  const text = `${'word '.repeat(98)}\n\n`.repeat(jobs);
  const file = {
    type: 'file' as const,
    mediaType: 'text/plain',
    data: { type: 'text' as const, text },
  };
  const question = { type: 'text' as const, text: 'What is said?' };
  const call = { prompt: [{ role: 'user' as const, content: [file, question] }] };
  const calls = 30;
  return { count: calls * jobs, turn: () => repeat(calls, async () => model.doGenerate(call)) };
}

function asking({
  count,
  width,
}: {
  readonly count: number;
  readonly width: number;
}): LanguageModel {
  const leaf = instant('leaf', 'an answer of a few words');
  return definePattern({
    name: 'asking',
    models: [leaf],
    async generate(_call, ask) {
      for (let n = 0; n < count; n += width) {
        const asked = Array.from({ length: width }, (_, m) =>
          ask(leaf, userCall(`question ${n + m}`), { id: `${n + m}` }),
        );
        await Promise.all(asked);
      }
      return settle(textAnswer('done'), { reason: 'bench' });
    },
  });
}

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

async function repeat(times: number, work: (n: number) => Promise<unknown>): Promise<void> {
  for (let n = 0; n < times; n++) await work(n);
}

// Texts that differ, so that nothing is learned by heart.
function textOf(length: number, seed: number): string {
  const words =
    'explain the difference between two strategies and write a function that returns the total ' +
    'of all';
  const list = words.split(' ');
  let text = '';
  for (let at = seed; text.length < length; at += 1 + ((at * 7 + seed) % 5))
    text += `${list[at % list.length]} `;
  return text.slice(0, length);
}
