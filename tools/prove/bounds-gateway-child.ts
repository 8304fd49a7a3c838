import { startServer } from '../../apps/gateway/server.ts';
import { workspaceOf } from '../../apps/gateway/start-gateway.ts';
import { extractive, type LanguageModel } from '../../src/index.ts';
import { cloudsAt } from './border/backends.ts';
import { watchdog } from './bounds/watchdog.ts';

/** A gateway over every backend at a hostile server, which tells how long its thread was held. */
const [upstream = ''] = process.argv.slice(2);
const backends: Record<string, LanguageModel> = Object.fromEntries(
  cloudsAt(upstream).map(([name, make]) => [name, make()]),
);
const models = { local: extractive(), cloud: backends['openai-compatible']!, ...backends };
const limits = { deadlineMs: 20_000, concurrency: 64, waiting: 512, waitMs: 20_000 };
// A server that keeps failing is asked all the same: what it answers is what is looked at.
const breaker = { failures: 1_000_000 };
const embeddings = { embedded: { model: 'm', endpoint: `${upstream}/v1` } };
const server = await startServer({
  load: async () => workspaceOf(models, { gateway: { embeddings, limits }, breaker }),
  port: 0,
  logLevel: 'error',
});
const dog = watchdog();
process.send?.({ url: server.url, backends: Object.keys(backends) });
process.on('message', message => {
  if (message === 'end') void server.close(1000).then(() => process.exit(0));
  if (message === 'reset') dog.take();
  if (message === 'report')
    process.send?.({
      ...dog.take(),
      heapMb: process.memoryUsage().heapUsed / 1e6,
      cpuS: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
    });
});
