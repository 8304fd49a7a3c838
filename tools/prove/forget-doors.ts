import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { runTandem } from '../../apps/cli/run-tandem.ts';
import { routes } from '../../apps/gateway/routes.ts';
import { jsonOf, startGateway, type TestGateway } from '../../apps/gateway/start-gateway.ts';
import { openDocumentStore } from '../../src/entries/runs.ts';
import { openJournal } from '../../src/index.ts';
import { doubleOf } from '../../src/testing/index.ts';
import { marksIn, openFiles } from './forget.ts';
import type { Proof } from './journal.ts';

const mark = 'FORGETTHISWORD';

/** A way to forget: it marks content in a folder, forgets it, and says what went wrong. */
type Door = (folder: string) => Promise<string[]>;

const doors: Readonly<Record<string, Door>> = {
  async 'tandem prune'(folder) {
    const env = { TANDEM_DISCOVERY: 'off' };
    writeFileSync(join(folder, '..', `${mark}.txt`), `The revenue was 5 ${mark}. It rose.`);
    const asked = { folder: join(folder, '..'), env };
    await runTandem(
      ['ask', `What was the revenue of ${mark}?`, '--doc', `${mark}.txt`, '--keep'],
      asked,
    );
    await killed(join(folder, 'tandem.db'));
    const { code } = await runTandem(['prune', '--before', '2999-01-01'], asked);
    const { out } = await runTandem(['egress'], asked);
    return [
      ...(code === 0 ? [] : [`it ended with ${code}`]),
      ...(/\bpruned\b/.test(out) ? [] : [`the record of what left says: ${out}`]),
    ];
  },
  async 'prune of a store of 0.1'(folder) {
    const path = join(folder, 'tandem.db');
    const source = '../../src/runs/sqlite/fixtures/journal-0.1-plain.sql';
    const sql = readFileSync(join(import.meta.dirname, source), 'utf8').replaceAll('of 0.1', mark);
    const database = new DatabaseSync(path);
    database.exec(`pragma journal_mode = wal; ${sql}`);
    database.close();
    await using journal = openJournal({ path });
    const isMarked = marksIn(path, [mark]).length > 0;
    await journal.prune('2999-01-01T00:00:00.000Z');
    return isMarked ? [] : ['nothing was marked'];
  },
  async 'a document of a store, and what was read in it'(folder) {
    const path = join(folder, 'tandem.db');
    using store = openDocumentStore({ path });
    const text = `The revenue was 5 ${mark}.`;
    const about = { title: 'a', mediaType: 'text/plain', label: 'extracts' as const, pages: [] };
    const id = await store.keep({ ...about, id: hash('sha256', text), text });
    await store.remember!(id, 'a task', `5 ${mark}`);
    const isMarked = marksIn(path, [mark]).length > 0;
    await store.remove(id);
    return isMarked ? [] : ['nothing was marked'];
  },
  'delete /v1/responses/{id}': folder =>
    atGateway(folder, async gateway => {
      const body = { model: 'local', input: `say ${mark}` };
      const { id } = await jsonOf(gateway.send('/v1/responses', body));
      return `/v1/responses/${id}`;
    }),
  'delete /v1/conversations/{id}': folder =>
    atGateway(folder, async gateway => {
      const items = [{ role: 'user', content: `say ${mark}` }];
      const { id } = await jsonOf(gateway.send('/v1/conversations', { items }));
      return `/v1/conversations/${id}`;
    }),
  'delete /v1/files/{id}': folder =>
    atGateway(folder, async gateway => {
      const form = new FormData();
      form.set('purpose', 'user_data');
      form.set('file', new File([`${mark} ${mark}`], `${mark}.txt`, { type: 'text/plain' }));
      const init = { method: 'POST', body: form };
      const { id } = await jsonOf(fetch(`${gateway.url}/v1/files`, init));
      return `/v1/files/${id}`;
    }),
};

/** Forgets by every door: those of the route table, and those of the command line. */
export async function forgottenByDoors(): Promise<Proof> {
  const problems = routes
    .filter(({ method, path }) => method === 'delete' && !(`delete ${path}` in doors))
    .map(({ path }) => `delete ${path} has no case: the proof lacks it`);
  for (const [name, door] of Object.entries(doors)) {
    const folder = join(mkdtempSync(join(tmpdir(), 'tandem-doors-')), '.tandem');
    // As an earlier version has left it.
    mkdirSync(folder, { mode: 0o755 });
    const path = join(folder, 'tandem.db');
    for (const problem of await door(folder)) problems.push(`${name}: ${problem}`);
    if (marksIn(path, [mark]).length > 0) problems.push(`${name}: the mark is still in the files`);
    problems.push(...openFiles(path).map(problem => `${name}: ${problem}`));
    rmSync(join(folder, '..'), { recursive: true, force: true });
  }
  return { says: [`${Object.keys(doors).length} doors`], problems };
}

async function atGateway(
  folder: string,
  mark_: (gateway: TestGateway) => Promise<string>,
): Promise<string[]> {
  const local = doubleOf({ modelId: 'm' }, () => ({ text: `I say ${mark}` }));
  await using gateway = await startGateway(
    { local },
    { gateway: { state: join(folder, 'gateway.db') } },
    { journal: { path: join(folder, 'tandem.db') } },
  );
  const path = await mark_(gateway);
  const isMarked = marksIn(join(folder, 'x'), [mark]).length > 0;
  const answer = await jsonOf(gateway.send(path, undefined, { method: 'DELETE' }));
  const isThere = marksIn(join(folder, 'x'), [mark]).length > 0;
  return [
    ...(isMarked ? [] : ['nothing was marked']),
    ...(answer.deleted === true ? [] : [`it answered ${JSON.stringify(answer)}`]),
    ...(isThere ? ['the mark was in the files when it said that it was deleted'] : []),
  ];
}

// A run whose process dies under a long lease.
async function killed(path: string): Promise<void> {
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'forget-child.ts'), path, mark],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await new Promise(resolve => child.stdout.once('data', resolve));
  child.kill('SIGKILL');
  await new Promise(resolve => child.once('exit', resolve));
}
