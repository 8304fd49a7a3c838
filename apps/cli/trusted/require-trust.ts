import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { readRegularFile } from '../../../src/entries/config.ts';
import { TandemError } from '../../../src/index.ts';
import type { Invocation } from '../command.ts';

/**
 * Lets a configuration run what it wants to run only if the user has said so: once, by `--trust`,
 * or at one question, which is remembered by the hash of the files in the user's own folder.
 * @throws TandemError `not_trusted`
 */
export async function requireTrust(
  invocation: Invocation,
  file: string,
  what: string,
): Promise<void> {
  if (isTrusted(invocation, file)) return;
  const { terminal, signal } = invocation;
  if (terminal.isInteractive) {
    const answer = await terminal.ask(`${file} ${what}. Do you trust it? [y/N]: `, signal);
    if (/^y(es)?$/i.test(answer?.trim() ?? '')) {
      remember(invocation, file);
      return;
    }
  }
  throw new TandemError(
    'not_trusted',
    `${file} ${what}, and nobody has said that it may. Read it, then type: ` +
      `tandem ${invocation.command} … --trust`,
    { data: { file } },
  );
}

/** Tells whether the user has said that a configuration may run, as it is now. */
export function isTrusted({ options, folder, env }: Invocation, file: string): boolean {
  if (options.trust === true) return true;
  const path = resolve(folder, file);
  if (!existsSync(path)) return true;
  return trustedIn(env)[realpathSync(path)] === hashOf(path);
}

/** Remembers that a configuration may run, as it is now: its user wrote or read it. */
export function remember({ folder, env, terminal }: Invocation, file: string): void {
  const path = resolve(folder, file);
  const trusted = { ...trustedIn(env), [realpathSync(path)]: hashOf(path) };
  const list = listOf(env);
  try {
    mkdirSync(dirname(list), { recursive: true, mode: 0o700 });
    writeFileSync(list, `${JSON.stringify(trusted, null, 2)}\n`, { mode: 0o600 });
  } catch {
    terminal.note(`"${list}" cannot be written: you will be asked again, or type --trust.`);
  }
}

function trustedIn(env: Invocation['env']): Readonly<Record<string, string>> {
  try {
    return JSON.parse(readFileSync(listOf(env), 'utf8')) as Record<string, string>;
  } catch {
    return {};
  }
}

// The user's own folder, not the project's.
function listOf(env: Invocation['env']): string {
  const base = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), '.config');
  return join(base, 'tandem', 'trusted.json');
}

/** The hash of a file, and of all files beside it that its code names, theirs included. */
function hashOf(path: string): string {
  const hash = createHash('sha256');
  const seen = new Set<string>();
  const add = (file: string) => {
    const real = realpathSync(file);
    if (seen.has(real)) return;
    seen.add(real);
    const text = readRegularFile(real);
    hash.update(`${real}\0${text.length}\0${text}`);
    if (/\.(ya?ml|json)$/.test(real)) return;
    for (const [, named = ''] of text.matchAll(relativePath)) {
      const beside = resolve(dirname(real), named);
      if (existsSync(beside) && statSync(beside).isFile()) add(beside);
    }
  };
  add(path);
  return hash.digest('hex');
}

const relativePath = /['"`](\.{1,2}\/[^'"`\n]+)['"`]/g;
