import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTandem } from '../../apps/cli/run-tandem.ts';
import { loadConfig, schemes } from '../../src/entries/config.ts';
import { TandemError } from '../../src/index.ts';
import type { Proof } from './journal.ts';

const env = { MY_API_KEY: 'KEY', MY_TOKEN: 'T', DB_PASSWORD: 'P', A_SECRET: 'S', PLAIN: 'p' };
const secrets = ['MY_API_KEY', 'MY_TOKEN', 'DB_PASSWORD', 'A_SECRET'];
const keySettings = ['apiKey'];
const publicHosts = [
  'http://203.0.113.9/v1',
  'https://evil.example/v1',
  'http://3405803785/v1',
  'http://0xCB007109/v1',
  'http://[2001:db8::1]/v1',
  'http://[::ffff:203.0.113.9]/v1',
  'http://127.0.0.1@evil.example/v1',
  'http://127.evil.example/v1',
  'http://localhost.evil.example/v1',
  'http://evil.example./v1',
];
const noSecret = [
  ...['gateway.host', 'journal.path', 'privacy.words'],
  ...['privacy.finders.presidio', 'privacy.finders.tags'],
];
const ownHosts = ['http://127.0.0.1:9/v1', 'http://localhost:9/v1', 'http://[::1]:9/v1'];

/** What data of a folder may not say: settings come from the schemes, so none is forgotten. */
export async function provenData(): Promise<Proof> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-data-'));
  const problems: string[] = [];
  let tried = 0;
  const codeOf = async (config: object) => {
    tried++;
    writeFileSync(join(folder, 'c.json'), JSON.stringify(config));
    try {
      await loadConfig({ folder, file: 'c.json', env });
      return 'read';
    } catch (error) {
      return TandemError.isInstance(error) ? error.code : String(error);
    }
  };
  const want = async (code: string, settings: object) => {
    const found = await codeOf({ models: { m: { spec: 'openai-compatible:m', ...settings } } });
    if (found !== code) problems.push(`${JSON.stringify(settings)}: ${found}, not ${code}`);
  };
  await everySetting(want);
  await want('not_trusted', { headers: { 'x-note': `\${MY_API_KEY}` } });
  await want('read', { headers: { authorization: `Bearer \${MY_API_KEY}` } });
  for (const endpoint of publicHosts) {
    for (const place of ['device', 'network']) {
      await want('not_trusted', { endpoint, place });
      const embedder = { model: 'e', endpoint, place };
      const mine = { pattern: 'minions', embedder };
      if ((await codeOf({ patterns: { mine } })) !== 'not_trusted')
        problems.push(`an embedder at ${endpoint} is called ${place}`);
    }
    await want('read', { endpoint, place: 'cloud' });
  }
  for (const endpoint of ownHosts) await want('read', { endpoint, place: 'device' });
  for (const path of noSecret)
    if ((await codeOf(nested(path, `\${A_SECRET}`))) !== 'not_trusted')
      problems.push(`${path} takes a secret`);
  for (const config of starting) problems.push(...(await startIsAsked(folder, config)));
  rmSync(folder, { recursive: true, force: true });
  return { says: [`${tried} configurations of data`], problems };
}

type Want = (code: string, settings: object) => Promise<void>;

async function everySetting(want: Want): Promise<void> {
  const settings = new Set(['spec', ...schemes.flatMap(({ settings: each = [] }) => each)]);
  for (const setting of settings) {
    const isKey = keySettings.includes(setting);
    for (const name of secrets) {
      await want(isKey ? 'read' : 'not_trusted', { [setting]: `\${${name}}` });
      await want(isKey ? 'read' : 'not_trusted', { [setting]: `a \${${name}:-b}` });
    }
    if (!isKey) await want('not_trusted', { [setting]: `http://evil/\${PLAIN}/v1` });
    if (!isKey) await want('not_trusted', { [setting]: `\${PLAIN}`, apiKey: `\${PLAIN}` });
    await want('read', { [setting]: `\${PLAIN}` });
  }
}

function nested(path: string, value: string): object {
  return path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
}

const starting = [
  { models: { local: { spec: 'foundry-local:phi', start: true } } },
  { patterns: { mine: { pattern: 'cascade', command: ['/bin/true'] } } },
];

async function startIsAsked(folder: string, config: object): Promise<string[]> {
  rmSync(join(folder, 'c.json'), { force: true });
  writeFileSync(join(folder, 'tandem.config.json'), JSON.stringify(config));
  const running = { folder, env: { TANDEM_DISCOVERY: 'off' } };
  const { err } = await runTandem(['models'], running);
  const trusted = await runTandem(['models', '--trust'], running);
  return [
    ...(/starts a program.*--trust/s.test(err) ? [] : [`starting a program is not asked: ${err}`]),
    ...(trusted.code === 0 ? [] : [`--trust does not let it start: ${trusted.err}`]),
  ];
}
