import { appendFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import {
  type Call,
  definePattern,
  type LanguageModel,
  limit,
  onDevice,
  openJournal,
  run,
  settle,
  TandemError,
  textAnswer,
  textOf,
  userCall,
} from '../../src/index.ts';
import { type OwnerMessage, type OwnerOrder, ownerLeaseMs } from './owner-process.ts';

/**
 * A process that wants a run of many calls, which others want too; it may be killed or stopped at
 * any instant: `owner-child.ts STORE LOG CALLS LANES MS`. The log gets a line for each call that is
 * paid.
 */
const [, , path = '', log = '', ...counts] = process.argv;
const [calls = 0, lanes = 0, callMs = 0] = counts.map(Number);
const tell = (message: OwnerMessage) => void process.send?.(message);

// Asked to, the process stops itself inside the journal's own write: all is written, and nothing is
// committed.
let stopsInside = false;
const { exec } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function (sql) {
  if (stopsInside && sql === 'commit') {
    stopsInside = false;
    process.kill(process.pid, 'SIGSTOP');
    // The signal may arrive at another thread, a moment later.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
  }
  exec.call(this, sql);
};
const go = Promise.withResolvers<void>();
process.on('message', (order: OwnerOrder) => {
  if (order === 'ask') go.resolve();
  else stopsInside = true;
});
// The proof has ended, or died.
process.on('disconnect', () => process.exit());

const leaf = onDevice<LanguageModel>({
  specificationVersion: 'v4',
  provider: 'prove',
  modelId: 'leaf',
  supportedUrls: {},
  async doGenerate(call: Call) {
    const n = Number(/item (\d+)/.exec(JSON.stringify(call.prompt))?.[1]);
    appendFileSync(log, `${n} ${process.pid} ${Date.now()}\n`);
    await new Promise(resolve => setTimeout(resolve, callMs || 25 + (n % 11)));
    // Who has paid for it stands in the answer, and so in the store.
    return textAnswer(`${n * 7} by ${process.pid}`);
  },
  doStream: async () => ({ stream: new ReadableStream() }),
});

// Some lanes wait for a place at the model: a run may be lost meanwhile.
const worker = limit(leaf, { concurrency: lanes - 2 });
const pattern = definePattern({
  name: 'many',
  models: [worker],
  async generate(_call, ask) {
    const answers: string[] = [];
    let next = 0;
    const lane = async () => {
      for (let n = next++; n < calls; n = next++) {
        answers[n] = textOf(await ask(worker, userCall(`item ${n}`), { id: `job ${n}` }));
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    return settle(textAnswer(answers.join(',')), { reason: 'all answered' });
  },
});

const journal = openJournal({ path, leaseMs: ownerLeaseMs });
tell({ kind: 'ready' });
await go.promise;
tell({ kind: 'asks', atMs: Date.now() });
try {
  const answer = await run({ journal, runId: 'proof', whenTaken: 'wait' }, async () =>
    pattern.doGenerate(userCall('go')),
  );
  tell({ kind: 'ended', output: textOf(answer).replaceAll(/ by \d+/g, ''), code: '', data: {} });
} catch (error) {
  if (!TandemError.isInstance(error)) throw error;
  tell({ kind: 'ended', output: '', code: error.code, data: error.data });
}
await journal[Symbol.asyncDispose]();
process.disconnect();
