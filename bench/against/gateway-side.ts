import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ask } from '../gateway/client.ts';
import { configOf, freePort, listening } from '../gateway/contestants.ts';
import { addressIn, openPage } from './open-page.ts';
import { answerOf, endOf, type Measure, type Side, startChild } from './side.ts';
import type { Tree } from './tree.ts';

const connections = 16;
// Counts and not times: both sides have then done the same work, however busy the machine is.
const warmUp = 2000;
// Until the heap has been collected as a whole once, after some 11,000, and what that makes the
// engine compile anew is compiled.
const settled = 16_000;
const measured = 500;

/** An upstream that both sides ask. */
export interface Upstream {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the double of an upstream. */
export async function openUpstream(): Promise<Upstream> {
  const port = await freePort();
  const child = startChild([resolve(import.meta.dirname, '../gateway/upstream.ts'), `${port}`], {
    cwd: tmpdir(),
  });
  await listening(port);
  return { url: `http://127.0.0.1:${port}/v1`, close: () => endOf(child) };
}

/** Whether a page may follow a gateway, in the bench of that, and whether one does. */
export interface Page {
  readonly isOpen: boolean;
}

/**
 * Starts a tree's gateway, journal on, and warms it up; it is measured under load, and where it is
 * wanted while a page follows it. Its log goes the same way with and without a page.
 */
export async function gatewaySide(tree: Tree, upstream: Upstream, shown?: Page): Promise<Side> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
  writeFileSync(join(folder, 'tandem.config.json'), JSON.stringify(configOf(upstream.url)));
  const port = await freePort();
  const program = join(tree.folder, 'bin/tandem.mjs');
  const meter = join(import.meta.dirname, 'meter.ts');
  const serving = ['serve', '--port', `${port}`, '--journal', join(folder, 'journal.db')];
  const child = startChild(['--import', meter, program, ...serving], {
    cwd: folder,
    isHeard: shown !== undefined,
  });
  const address = shown && addressIn(child);
  await listening(port);
  const target = {
    name: tree.name,
    url: `http://127.0.0.1:${port}/v1/chat/completions`,
    headers: {},
    model: 'plain',
    process: child,
  };
  const used = () => answerOf<NodeJS.CpuUsage>(child, 'processor time');
  const load = async (count: number): Promise<Measure> => {
    const agent = new Agent({ keepAlive: true, maxSockets: connections });
    const [before, begun] = [await used(), performance.now()];
    let sent = 0;
    const client = async () => {
      while (sent++ < count) await ask(target, agent, false);
    };
    await Promise.all(Array.from({ length: connections }, client));
    const [wallMs, after] = [performance.now() - begun, await used()];
    agent.destroy();
    return {
      processorMs: (after.user + after.system - before.user - before.system) / 1000,
      wallMs,
      count,
    };
  };
  await load(warmUp);
  const page = shown?.isOpen ? await openPage(await address!) : undefined;
  // What a page that follows makes the engine compile anew is no work of a request.
  if (shown) await load(settled);
  return {
    measure: () => load(measured),
    async close() {
      await page?.close();
      await endOf(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
