import { execFile } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** What the package `node-llama-cpp` can do here. */
export interface EngineReport {
  readonly isInstalled: boolean;
  readonly version?: string;
  /** Absent where it was not found out in time. */
  readonly binary?: EngineBinary;
  /** Files of weights that the environment or the configuration names. */
  readonly files: readonly ModelFileReport[];
}

/** Whether the package's binary loads, and what it computes on. */
export type EngineBinary =
  | {
      readonly loads: true;
      readonly computesOn: string;
      readonly devices: readonly string[];
      readonly release?: string;
    }
  | { readonly loads: false; readonly message: string };

/** A file of weights that is named somewhere. */
export interface ModelFileReport {
  /** As a spec names it, after `llama-cpp:`. */
  readonly file: string;
  /** `remote` is fetched when it is first asked. */
  readonly state: 'ready' | 'missing' | 'not GGUF' | 'remote';
  readonly bytes?: number;
}

interface Looking {
  /** Address of the package's entry. Default: where an import from here finds it. */
  readonly entry?: string | undefined;
  readonly files: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Finds out whether the package is there, whether its binary loads, and on what it computes. The
 * binary is loaded in a process of its own: one that does not fit this machine may end its process,
 * or hang.
 */
export async function inspectEngine({
  entry = entryOf(),
  files,
  signal,
}: Looking): Promise<EngineReport> {
  const reports = files.map(reportOnFile);
  if (entry === undefined) return { isInstalled: false, files: reports };
  const version = versionAt(entry);
  const binary = await binaryAt(entry, signal);
  return {
    isInstalled: true,
    ...(version && { version }),
    ...(binary && { binary }),
    files: reports,
  };
}

const name = 'node-llama-cpp';

function entryOf(): string | undefined {
  try {
    return import.meta.resolve(name);
  } catch {
    return undefined;
  }
}

function versionAt(entry: string): string | undefined {
  for (let at = dirname(fileURLToPath(entry)); at !== dirname(at); at = dirname(at)) {
    const file = join(at, 'package.json');
    if (!existsSync(file)) continue;
    const { name: found, version } = JSON.parse(readFileSync(file, 'utf8')) as {
      name?: string;
      version?: string;
    };
    if (found === name) return version;
  }
  return undefined;
}

// The package tries its binary in a process that inherits these arguments, and would run this
// program again.
const program = `
  process.execArgv = [];
  const { getLlama } = await import(process.argv[1]);
  try {
    const llama = await getLlama({ build: 'never', logLevel: 'disabled' });
    const devices = await llama.getGpuDeviceNames().catch(() => []);
    const release = llama.llamaCppRelease?.release;
    console.log(JSON.stringify({ loads: true, gpu: llama.gpu, devices, release }));
    await llama.dispose();
  } catch (error) {
    const message = String(error?.message ?? error).split('\\n', 1)[0].slice(0, 200);
    console.log(JSON.stringify({ loads: false, message }));
  }
  process.exit();`;

const layers: Readonly<Record<string, string>> = { metal: 'Metal', cuda: 'CUDA', vulkan: 'Vulkan' };

async function binaryAt(entry: string, signal: AbortSignal): Promise<EngineBinary | undefined> {
  try {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', program, entry],
      {
        signal,
      },
    );
    const told = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
      loads: boolean;
      gpu?: string | false;
      devices?: string[];
      release?: string;
      message?: string;
    };
    if (!told.loads) return { loads: false, message: told.message ?? 'it said nothing' };
    const computesOn = told.gpu ? (layers[told.gpu] ?? told.gpu) : 'CPU';
    return {
      loads: true,
      computesOn,
      devices: told.devices ?? [],
      ...(told.release && { release: told.release }),
    };
  } catch (error) {
    if (signal.aborted) return undefined;
    const { signal: by, code } = error as { signal?: string; code?: number | string };
    return {
      loads: false,
      message: by ? `its process was ended by ${by}` : `its process ended with ${String(code)}`,
    };
  }
}

function reportOnFile(file: string): ModelFileReport {
  if (/^https?:\/\//.test(file)) return { file, state: 'remote' };
  const path = resolve(file);
  if (!existsSync(path)) return { file, state: 'missing' };
  // A named pipe would wait for its other end.
  if (!statSync(path).isFile()) return { file, state: 'not GGUF' };
  return { file, state: isGguf(path) ? 'ready' : 'not GGUF', bytes: statSync(path).size };
}

function isGguf(path: string): boolean {
  const head = Buffer.alloc(4);
  const opened = openSync(path, 'r');
  try {
    return readSync(opened, head) === 4 && head.toString('latin1') === 'GGUF';
  } catch {
    return false;
  } finally {
    closeSync(opened);
  }
}
