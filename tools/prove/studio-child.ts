import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startServer } from '../../apps/gateway/server.ts';
import { workspaceOf } from '../../apps/gateway/start-gateway.ts';
import { openJournal } from '../../src/index.ts';
import { simulatedModel } from '../../src/testing/index.ts';
import { fillRuns } from './studio/fill-runs.ts';
import { hostileTexts } from './studio/hostile-texts.ts';

/**
 * The gateway of the page's proof: patterns over simulated models, and a journal with so many runs
 * in it. `studio-child.ts FOLDER RUNS`
 */
const [folder = '', runs = '0'] = process.argv.slice(2);
const path = join(folder, 'journal.db');
if (Number(runs) > 0) {
  await using journal = openJournal({ path, sync: 'behind' });
  await fillRuns(journal, Number(runs));
}
const truth = (prompt: string) => {
  const hostile = /hostile (\d+)/.exec(prompt);
  if (hostile) return hostileTexts[Number(hostile[1])] ?? 'none';
  return `The notice period is **30 days** [1].\n\n| clause | days |\n| --- | --- |\n| 7.2 | 30 |`;
};
const local = simulatedModel({
  ...{ modelId: 'ollama:phi4-mini', truth, accuracy: 0.8, confidence: 0.9, latencyMs: 30 },
});
const cloud = simulatedModel({
  ...{ modelId: 'azure:gpt-4.1', place: 'cloud', truth, accuracy: 0.97, latencyMs: 90, seed: 2 },
});
const prices = { 'azure:gpt-4.1': { input: 2, output: 8 }, 'gpt-4.1': { input: 2, output: 8 } };
const patterns = { support: { pattern: 'cascade', gate: 'agreement', samples: 3 } };
const server = await startServer({
  load: async () => workspaceOf({ local, cloud }, { patterns, prices } as never),
  port: 0,
  journal: { path },
  logLevel: 'silent',
});
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
process.send?.({ url: server.url, studio: server.studio.url, once: server.studio.once() });
process.on('message', message => {
  if (message === 'end') void server.close(500).then(() => process.exit(0));
  if (message === 'reset') delay.reset();
  if (message !== 'report') return;
  const { rss } = process.memoryUsage();
  process.send?.({ delayP99Ms: delay.percentile(99) / 1e6, rss });
});
if (!process.send) console.log(server.studio.url);
