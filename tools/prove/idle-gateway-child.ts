import { startServer } from '../../apps/gateway/server.ts';
import { workspaceOf } from '../../apps/gateway/start-gateway.ts';
import { openaiCompatible } from '../../src/entries/backends.ts';

/**
 * The gateway of the proof of idle streams: a model, and a cascade over it. A collection comes
 * before each report, as it would before memory ran short. `idle-gateway-child.ts UPSTREAM`
 */
const [endpoint = ''] = process.argv.slice(2);
const local = openaiCompatible({ model: 'small', endpoint });
const cloud = openaiCompatible({ model: 'large', endpoint });
const gateway = { limits: { concurrency: 8192, waiting: 8192, deadlineMs: 600_000 } };
const server = await startServer({
  load: async () => workspaceOf({ local, cloud }, { gateway }),
  port: 0,
  log: { write: () => {} },
});
process.send?.({ url: server.url });
process.on('message', message => {
  if (message === 'end') void server.close(0).then(() => process.exit(0));
  if (message !== 'report') return;
  const { rss: rssBefore } = process.memoryUsage();
  (globalThis as { gc?: () => void }).gc?.();
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ rssBefore, rss, heapUsed, external });
});
