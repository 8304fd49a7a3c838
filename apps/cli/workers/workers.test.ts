import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'pg';
import { afterAll, describe, expect, it, vi } from 'vitest';
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
  const names = ['', '_two', '_none', '_made'].map(end => `${schema}${end}`);
  await administered(...names.map(each => `drop schema if exists ${each}, ${each}_queue cascade`));
}, 60_000);

async function administered(...statements: readonly string[]): Promise<void> {
  const pool = new Pool({ connectionString: server!, max: 1 });
  for (const statement of statements) await pool.query(statement);
  await pool.end();
}

// A folder whose model is at an address, and another one at another.
function machine(name: string, endpoint: string, far?: string): string {
  const place = join(folder, name);
  const at = (url: string) => ({ spec: 'openai-compatible:m', endpoint: url });
  const models = { local: at(endpoint), ...(far && { far: at(far) }) };
  mkdirSync(place);
  writeFileSync(join(place, 'tandem.config.json'), JSON.stringify({ models }));
  return place;
}

const line = (n: number, model = 'local') => {
  const body = { model, messages: [{ role: 'user', content: `ask ${n}` }] };
  return JSON.stringify({ custom_id: `r${n}`, url: '/v1/chat/completions', body });
};

describe.skipIf(!server)('workers', () => {
  it('leave lines to others where their own model server is away', async () => {
    await using up = await startWireDouble([{ text: 'yes' }]);
    const url = new URL(server!);
    url.searchParams.set('schema', schema);
    const env = { ...elsewhere, TANDEM_STORE: url.href, TANDEM_JOURNAL_KEY: 'k'.repeat(32) };
    const good = machine('good', `${up.url}/v1`);
    const bad = machine('bad', `${nowhere}/v1`);
    writeFileSync(join(good, 'q.jsonl'), Array.from({ length: 12 }, (_, n) => line(n)).join('\n'));
    const onStart = (end: () => void) => ends.push(end);
    // Without the key it could read none, and is given none: it comes before there is a key.
    const { TANDEM_JOURNAL_KEY: _, ...keyless } = env;
    const alone = { folder: machine('blind', up.url), env: keyless };
    const waits = Promise.withResolvers<void>();
    const onSaid = (err: string) => err.includes('lanes wait for lines') && waits.resolve();
    const blind = spawnTandem(['worker'], { ...alone, onStart, onSaid });
    await Promise.race([waits.promise, blind]);
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
    // One that comes later is told at once.
    expect((await spawnTandem(['worker'], alone)).err).toContain('Set TANDEM_JOURNAL_KEY');
    expect((await away).err).toContain('its lines are left to other workers');
    expect((await working).err).toContain('12 lines answered');
    expect(readFileSync(join(good, 'a.jsonl'), 'utf8').match(/"yes"/g)).toHaveLength(12);
  }, 240_000);

  it('rest for one model of two, and answer what asks the other', async () => {
    await using up = await startWireDouble([{ text: 'yes' }]);
    const url = new URL(server!);
    url.searchParams.set('schema', `${schema}_two`);
    const env = { ...elsewhere, TANDEM_STORE: url.href };
    const half = machine('half', `${up.url}/v1`, `${nowhere}/v1`);
    const whole = machine('whole', `${up.url}/v1`, `${up.url}/v1`);
    const asked = Array.from({ length: 30 }, (_, n) => line(n, n < 10 ? 'far' : 'local'));
    writeFileSync(join(half, 'q.jsonl'), asked.join('\n'));
    const onStart = (end: () => void) => ends.push(end);
    const first = spawnTandem(['worker', '--lanes', '2'], { folder: half, env, onStart });
    const batch = spawnTandem(['batch', 'q.jsonl', '--out', 'a.jsonl', '--workers'], {
      ...{ folder: half, env, onStart },
    });
    // What asks the model that is away has not ended, and keeps nothing else from it.
    await vi.waitFor(() => expect(up.requests).toHaveLength(20), { timeout: 60_000 });
    const second = spawnTandem(['worker'], { folder: whole, env, onStart });
    const { code, err } = await batch;
    for (const end of ends) end();
    expect([code, err]).toEqual([0, expect.stringContaining('30 lines')]);
    expect((await first).err).toContain('The server of "far" does not answer here');
    expect((await second).err).toContain('10 lines answered');
    expect(up.requests).toHaveLength(30);
  }, 240_000);

  it('start for who may make nothing, once an owner has migrated', async () => {
    const url = new URL(server!);
    url.searchParams.set('schema', `${schema}_made`);
    const role = `${schema}_role`;
    const place = machine('limited', `${nowhere}/v1`);
    await administered(`create role ${role} login`);
    try {
      const owner = { folder: place, env: elsewhere };
      expect((await spawnTandem(['store', 'migrate', url.href], owner)).code).toBe(0);
      for (const name of [`${schema}_made`, `${schema}_made_queue`])
        await administered(
          `grant usage on schema ${name} to ${role}`,
          `grant select, insert, update, delete on all tables in schema ${name} to ${role}`,
          `grant usage on all sequences in schema ${name} to ${role}`,
          `grant execute on all functions in schema ${name} to ${role}`,
        );
      url.username = role;
      const limited = { folder: place, env: { ...elsewhere, TANDEM_STORE: url.href } };
      const ending = { ...limited, endsAt: 'lanes wait for lines' };
      const { code, err } = await spawnTandem(['worker'], ending);
      expect([code, err]).toEqual([0, expect.stringContaining('0 lines answered')]);
    } finally {
      await administered(`drop owned by ${role}`, `drop role ${role}`);
    }
  }, 60_000);

  it('that are missing are missed aloud', async () => {
    const url = new URL(server!);
    url.searchParams.set('schema', `${schema}_none`);
    const env = { ...elsewhere, TANDEM_STORE: url.href };
    const alone = machine('alone', `${nowhere}/v1`);
    writeFileSync(join(alone, 'q.jsonl'), line(1));
    const args = ['batch', 'q.jsonl', '--out', 'a.jsonl', '--needs', 'gpu'];
    const { code, err } = await spawnTandem(args, {
      ...{ folder: alone, env },
      endsAt: 'No worker has',
    });
    expect([code, err]).toEqual([
      130,
      expect.stringContaining('No worker has gpu and model:local'),
    ]);
  }, 60_000);
});
