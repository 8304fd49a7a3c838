import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { startServerDouble } from '../../../src/testing/index.ts';
import { runTandem } from '../run-tandem.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-pooled-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
vi.setConfig({ testTimeout: 60_000 });

describe('tandem doctor', () => {
  it('shows a pool with how each member was found', async () => {
    await using up = await startServerDouble('ollama', {});
    const config = {
      models: {
        'ollama@a': { spec: 'ollama:phi-4-mini', endpoint: up.url },
        local: {
          pool: [
            'ollama@a',
            { spec: 'ollama:other', endpoint: up.url },
            { spec: 'ollama:phi-4-mini', endpoint: 'http://127.0.0.1:9' },
          ],
        },
      },
    };
    writeFileSync(join(folder, 'tandem.config.json'), JSON.stringify(config));
    const { out } = await runTandem(['doctor', '--json'], {
      folder,
      env: { TANDEM_CACHE_DIR: join(folder, 'cache') },
    });
    const [found] = (JSON.parse(out) as { pools: { members: object[] }[] }).pools;
    expect(found!.members).toEqual([
      { name: 'ollama@a', state: 'ready' },
      { name: `ollama:other at ${new URL(up.url).host}`, state: 'lists other models' },
      { name: 'ollama:phi-4-mini at 127.0.0.1:9', state: 'absent' },
    ]);
  });
});
