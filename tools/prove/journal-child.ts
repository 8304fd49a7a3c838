import { appendFileSync } from 'node:fs';
import {
  definePattern,
  limit,
  onDevice,
  openJournal,
  run,
  settle,
  textAnswer,
  textOf,
  userCall,
} from '../../src/index.ts';

/**
 * A run of many calls that may be killed at any instant: `node journal-child.ts DATABASE LOG CALLS
 * RUN`.
 */
const [, , path = '', log = '', count = '500', runId = 'proof'] = process.argv;
const calls = Number(count);

const leaf = onDevice({
  specificationVersion: 'v4' as const,
  provider: 'prove',
  modelId: 'leaf',
  supportedUrls: {},
  async doGenerate(call: Parameters<typeof userCall>[1] & { prompt: unknown }) {
    const prompt = JSON.stringify(call.prompt);
    const n = /item (\d+)/.exec(prompt)?.[1] ?? '?';
    // What was really called, for the parent to compare with what was recorded.
    appendFileSync(log, `${n}\n`);
    await new Promise(resolve => setTimeout(resolve, 1 + (Number(n) % 3)));
    return textAnswer(`answer ${Number(n) * 7}`);
  },
  doStream: async () => ({ stream: new ReadableStream() }),
});

const worker = limit(leaf, { concurrency: 8 });
const pattern = definePattern({
  name: 'many',
  models: [worker],
  async generate(_call, ask) {
    const asked = Array.from({ length: calls }, (_, n) =>
      ask(worker, userCall(`item ${n}`), { id: `job ${n}` }),
    );
    return settle(textAnswer((await Promise.all(asked)).map(textOf).join(',')), {
      reason: 'all answered',
    });
  },
});

const journal = openJournal({ path });
const answer = await run({ journal, runId }, async () => pattern.doGenerate(userCall('go')));
journal.close();
console.log(textOf(answer));
