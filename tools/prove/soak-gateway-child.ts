import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startServer } from '../../apps/gateway/server.ts';
import { workspaceOf } from '../../apps/gateway/start-gateway.ts';
import { openaiCompatible } from '../../src/entries/backends.ts';

/**
 * The gateway of the soak: a cascade over two models of one server, its journal in a file.
 * `soak-gateway-child.ts UPSTREAM`
 */
const [endpoint = ''] = process.argv.slice(2);
const warnings: string[] = [];
process.on('warning', warning => warnings.push(warning.name));

const folder = mkdtempSync(join(tmpdir(), 'tandem-soak-'));
const local = openaiCompatible({ model: 'small', endpoint });
const cloud = openaiCompatible({ model: 'large', endpoint });
const limits = { concurrency: 128, waiting: 512, waitMs: 20_000, deadlineMs: 20_000 };
const cascade = { pattern: 'cascade', gate: 'agreement', samples: 3 };
const server = await startServer({
  load: async () =>
    workspaceOf({ local, cloud }, { patterns: { soaked: cascade }, gateway: { limits } } as never),
  port: 0,
  journal: { path: join(folder, 'journal.db') },
});
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
process.send?.({ url: server.url });
process.on('message', message => {
  if (message === 'end')
    void server.close(2000).then(() => {
      rmSync(folder, { recursive: true, force: true });
      process.exit(0);
    });
  if (message === 'reset') delay.reset();
  if (message !== 'report') return;
  // Read before the collection, which is not the gateway's own work.
  const [delayP99Ms, delayMaxMs] = [delay.percentile(99) / 1e6, delay.max / 1e6];
  (globalThis as { gc?: () => void }).gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  process.send?.({
    warnings,
    rss,
    heapUsed,
    delayP99Ms,
    delayMaxMs,
    processorMs: (user + system) / 1000,
  });
});
