import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { startWireDouble } from '../../../src/testing/index.ts';
import { elsewhere, nowhere, spawnTandem } from '../spawn-tandem.ts';

const server = process.env.TANDEM_TEST_POSTGRES;
const folder = mkdtempSync(join(tmpdir(), 'tandem-workers-'));
const schema = `t_${Date.now().toString(36)}`;
const ends: (() => void)[] = [];
afterAll(async () => {
  for (const end of ends) end();
  rmSync(folder, { recursive: true, force: true });
  if (!server) return;
  const pool = new Pool({ connectionString: server, max: 1 });
  await pool.query(`drop schema if exists ${schema}, ${schema}_queue cascade`);
  await pool.end();
}, 60_000);

// A folder whose model is at an address.
function machine(name: string, endpoint: string): string {
  const place = join(folder, name);
  const local = { spec: 'openai-compatible:m', endpoint };
  mkdirSync(place);
  writeFileSync(join(place, 'tandem.config.json'), JSON.stringify({ models: { local } }));
  return place;
}

describe.skipIf(!server)('workers', () => {
  it('leave lines to others where their own model server is away', async () => {
    await using up = await startWireDouble([{ text: 'yes' }]);
    const url = new URL(server!);
    url.searchParams.set('schema', schema);
    const env = { ...elsewhere, TANDEM_STORE: url.href, TANDEM_JOURNAL_KEY: 'k'.repeat(32) };
    const good = machine('good', `${up.url}/v1`);
    const bad = machine('bad', `${nowhere}/v1`);
    const line = (n: number) => {
      const body = { model: 'local', messages: [{ role: 'user', content: `ask ${n}` }] };
      return JSON.stringify({ custom_id: `r${n}`, url: '/v1/chat/completions', body });
    };
    writeFileSync(join(good, 'q.jsonl'), Array.from({ length: 12 }, (_, n) => line(n)).join('\n'));
    const onStart = (end: () => void) => ends.push(end);
    // Without the key it could read none, and is given none.
    const { TANDEM_JOURNAL_KEY: _, ...keyless } = env;
    const blind = spawnTandem(['worker'], {
      folder: machine('blind', up.url),
      env: keyless,
      onStart,
    });
    const away = spawnTandem(['worker'], { folder: bad, env, onStart });
    const batch = spawnTandem(['batch', 'q.jsonl', '--out', 'a.jsonl', '--workers'], {
      ...{ folder: good, env },
    });
    // The one without a server takes lines first.
    await new Promise(resolve => setTimeout(resolve, 5000));
    const working = spawnTandem(['worker'], { folder: good, env, onStart });
    const { code, err } = await batch;
    for (const end of ends) end();
    expect([code, err]).toEqual([0, expect.stringContaining('12 lines')]);
    expect((await blind).err).toContain('0 lines answered');
    expect((await away).err).toContain('lines are left to other workers');
    expect((await working).err).toContain('12 lines answered');
    expect(readFileSync(join(good, 'a.jsonl'), 'utf8').match(/"yes"/g)).toHaveLength(12);
  }, 240_000);
});
