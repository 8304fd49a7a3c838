import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import columnsOf from 'fast-string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWireDouble } from '../../src/testing/index.ts';
import { commands } from './main.ts';
import { runTandem } from './run-tandem.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-columns-'));
  const long =
    'Every employee has 28 days of leave, and those who have been here for longer have 30.';
  writeFileSync(join(folder, 'handbook.md'), `# Leave\n\n${long}\n\n${long.repeat(3)}\n`);
  writeFileSync(join(folder, 'questions.txt'), `${question}\nWho is the landlord of it?\n`);
  const rows = Array.from({ length: 120 }, (_, n) => ({
    id: `row ${n}`,
    prompt: `Question ${n}?`,
    local: { correct: n % 3 > 0, model: 'ollama:phi4-mini', answer: 'yes' },
    cloud: { correct: true, model: 'azure:gpt-4.1', answer: 'yes' },
  }));
  const log = rows.map(row => JSON.stringify(row)).join('\n');
  writeFileSync(join(folder, 'log.jsonl'), `${log}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const question = 'How many days of leave has an employee who has been here for a long time?';
/** What of each command is looked at, beside its page of help. */
const linesOf: Readonly<Record<string, readonly (readonly string[])[]>> = {
  ask: [
    ['ask', question, '--doc', 'handbook.md', '--explain'],
    ['ask', question, '--dry-run'],
    ['ask', question, '--keep', '--explain', '--stream'],
    ['ask', question, '--model', 'openai:nothing-of-this-name', '--mode', 'local-only'],
  ],
  chat: [
    ['chat', '--doc', 'handbook.md'],
    ['chat', '--label', 'none'],
  ],
  table: [
    ['table', '--docs', 'handbook.md', '--questions', 'questions.txt'],
    ['table', '--docs', 'missing', '--questions', 'questions.txt', '--out', 'out.csv'],
  ],
  batch: [['batch', 'missing.jsonl', '--out', 'out.jsonl'], ['batch']],
  advise: [['advise', '--doc', 'handbook.md', question]],
  solve: [['solve', 'hanoi', '3', '--solver', 'tiny:hanoi-random-errors', '--yes', '--quiet']],
  demo: [['demo', 'minions']],
  serve: [['serve', '--port', 'none']],
  observed: [['observed', '--url', 'http://127.0.0.1:9']],
  key: [['key'], ['key', 'website', 'twice']],
  models: [['models']],
  prices: [['prices'], ['prices', 'gpt-4.1'], ['prices', '--update', '--from', 'missing.json']],
  recommend: [['recommend'], ['recommend', '--memory', '0.1']],
  doctor: [['doctor']],
  init: [['init', '--yes']],
  validate: [['validate'], ['validate', 'missing.yaml']],
  store: [['store'], ['store', 'copy', 'missing.db', 'postgres://tandem@db/tandem']],
  worker: [['worker']],
  workers: [['workers']],
  batches: [['batches']],
  studio: [['studio', '--port', 'none']],
  label: [['label', 'log.jsonl', '--by', 'nothing', '--out', 'out.jsonl']],
  calibrate: [['calibrate', 'support', 'log.jsonl', '--target-quality', '0.95']],
  train: [['train', 'router', 'log.jsonl', '--out', 'router.json']],
  eval: [
    ['eval', '--data', 'log.jsonl'],
    ['eval', '--bound', '--data', 'log.jsonl'],
  ],
  runs: [['runs']],
  show: [['show', 'LAST', '--texts']],
  resume: [['resume', 'LAST']],
  replay: [['replay', 'LAST', '--with', 'router']],
  cancel: [['cancel', 'LAST']],
  egress: [['egress']],
  completion: [['completion'], ['completion', 'tcsh']],
  prune: [['prune', '--before', '2020-01-31']],
};

describe.each([80, 200])('on a terminal of %d columns', columns => {
  it.each(commands.map(({ name }) => name))('`tandem %s` breaks no word', async name => {
    const lines = linesOf[name];
    if (!lines) throw new Error(`Say in linesOf what of \`tandem ${name}\` is looked at.`);
    await using cloud = await startWireDouble([{ text: `It is ${'rather '.repeat(30)}long.` }]);
    const env = {
      ...{ TANDEM_DISCOVERY: 'off', OPENAI_API_KEY: 'k', OPENAI_BASE_URL: `${cloud.url}/v1` },
      TANDEM_JOURNAL: join(folder, `${name}-${columns}.db`),
    };
    const shown = (args: readonly string[]) => runTandem(args, { folder, env, columns });
    const last = await idOf(lines.flat().includes('LAST'), env);
    for (const line of [[name, '--help'], ...lines]) {
      const { out, err } = await shown(line.map(word => (word === 'LAST' ? last : word)));
      expect(out + err, line.join(' ')).not.toBe('');
      expect(tooWide(out + err, columns), line.join(' ')).toEqual([]);
    }
  });
});

async function idOf(isAsked: boolean, env: Record<string, string>): Promise<string> {
  if (!isAsked) return '';
  await runTandem(['ask', question, '--model', 'openai:gpt-4.1'], { folder, env });
  const { out } = await runTandem(['runs', '--json'], { folder, env });
  return (JSON.parse(out) as { id: string }[])[0]!.id;
}

// A terminal breaks such a line wherever it ends; a single word may be wider than any terminal.
function tooWide(text: string, columns: number): string[] {
  return text.split(/\r|\n/).filter(line => columnsOf(line) > columns && /\S\s+\S/.test(line));
}
