import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commands } from '../../apps/cli/main.ts';
import { runTandem } from '../../apps/cli/run-tandem.ts';
import type { Proof } from './journal.ts';
import { provenData } from './trust-data.ts';
import { plantedStores } from './trust-stores.ts';

/**
 * Clones folders whose configuration runs code, starts programs, sends variables away and calls
 * clouds this device, and looks whether anything of that happens before the user has said so.
 */
export async function proveTrust(): Promise<Proof> {
  const parts = [await codeIsAsked(), provenStarters(), await provenData(), await plantedStores()];
  return {
    says: parts.flatMap(({ says }) => says),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

// What commands are called with here, where they need more than nothing; `demo` reads no folder.
const argumentsOf: Readonly<Record<string, readonly string[]>> = {
  ask: ['hello'],
  advise: ['hello', '--doc', 'beside.ts'],
  solve: ['hanoi'],
  demo: ['--help'],
  key: ['me'],
  show: ['r'],
  resume: ['r'],
  cancel: ['r'],
  replay: ['r', '--with', 'mine'],
  prune: ['--before', '2020-01-01'],
  label: ['rows.jsonl'],
  calibrate: ['rows.jsonl'],
  train: ['rows.jsonl'],
  eval: ['rows.jsonl'],
};
// These look after what was kept: they work without the configuration.
const readers = ['runs', 'show', 'cancel', 'egress', 'prune'];
const askers = ['ask', 'advise', 'models', 'doctor', 'validate', 'resume', 'replay'];

function cloned(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-cloned-'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(
    join(folder, 'beside.ts'),
    `import { writeFileSync } from 'node:fs';
     export const mark = () => writeFileSync(new URL('ran', import.meta.url), 'ran');`,
  );
  const code = "import { mark } from './beside.ts';\nmark();\nexport default {};\n";
  writeFileSync(join(folder, 'tandem.config.ts'), code);
  return folder;
}

async function codeIsAsked(): Promise<Proof> {
  const problems: string[] = [];
  for (const { name } of commands) {
    const folder = cloned();
    const env = { TANDEM_DISCOVERY: 'off' };
    const args = [name, ...(argumentsOf[name] ?? [])];
    const { out, err } = await runTandem(args, { folder, env }).catch(() => ({ out: '', err: '' }));
    if (existsSync(join(folder, 'ran'))) problems.push(`${name} has run code of a cloned folder`);
    const said = out + err;
    if (askers.includes(name) && !/--trust/.test(said))
      problems.push(`${name} does not say what to type: ${said}`);
    if (readers.includes(name) && /nobody has said that it may/.test(said))
      problems.push(`${name} needs a configuration: ${said}`);
    rmSync(folder, { recursive: true, force: true });
  }
  problems.push(...(await questions()));
  return { says: [`${commands.length} commands in a cloned folder ran no code unasked`], problems };
}

// One question for the files as they are, another when any of them has changed, none with --trust.
async function questions(): Promise<string[]> {
  const folder = cloned();
  const env = { TANDEM_DISCOVERY: 'off' };
  const ran = async (...typed: string[]) => {
    rmSync(join(folder, 'ran'), { force: true });
    // A fresh module each time: what was imported before would not run again.
    const text = readFileSync(join(folder, 'beside.ts'), 'utf8');
    const { err, code } = await runTandem(['validate'], {
      folder,
      env,
      ...(typed.length > 0 && { typed }),
    });
    writeFileSync(join(folder, 'beside.ts'), text);
    return { asked: /Do you trust it/.test(err), code };
  };
  const expected: [string, { asked: boolean; code: number | null }, boolean, number][] = [];
  expected.push(['a plain no', await ran('n'), true, 1]);
  expected.push(['a yes', await ran('y'), true, 0]);
  expected.push(['what was trusted', await ran(), false, 0]);
  const beside = join(folder, 'beside.ts');
  writeFileSync(beside, `${readFileSync(beside, 'utf8')}\n// changed`);
  expected.push(['a changed file beside it', await ran('n'), true, 1]);
  const { code } = await runTandem(['validate', '--trust'], { folder, env });
  expected.push(['--trust', { asked: false, code }, false, 0]);
  const inProject = readdirSync(folder).filter(name => /trust/.test(name));
  rmSync(folder, { recursive: true, force: true });
  return [
    ...expected
      .filter(([, got, asked, wanted]) => got.asked !== asked || got.code !== wanted)
      .map(([what, got]) => `${what}: asked ${got.asked}, ended with ${got.code}`),
    ...inProject.map(name => `the project holds ${name}`),
  ];
}

// Files that may start programs, and why none of a folder's choosing.
const starters: Readonly<Record<string, string>> = {
  'src/patterns/cascade/gates/by-command.ts': 'a program names it; data that does must be trusted',
  'src/patterns/maker/tasks/command-check.ts': 'the command of a flag that the user has typed',
  'src/backends/local-servers/foundry-local.ts': 'asks where the service is; starting is asked for',
  'src/backends/llama-cpp/inspect-engine.ts': 'loads the installed engine in a process of its own',
  'apps/cli/studio/open-browser.ts': 'the browser, for an address of this server, by a flag',
  'apps/cli/spawn-tandem.ts': 'a test',
};

function provenStarters(): Proof {
  const root = join(import.meta.dirname, '../..');
  const files = ['src', 'apps'].flatMap(top =>
    readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map(name => join(top, name)),
  );
  const problems = files
    .filter(file => /['"`]node:child_process['"`]/.test(readFileSync(join(root, file), 'utf8')))
    .filter(file => !(file in starters))
    .map(file => `${file} starts programs, and the proof does not know it`);
  return {
    says: [`${files.length} files, ${Object.keys(starters).length} start programs`],
    problems,
  };
}
