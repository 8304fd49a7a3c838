import type { Worker } from 'node:worker_threads';
import { type ErrorCode, TandemError } from '../../model/errors.ts';
import { parseFile } from './parse-document.ts';
import type { ParserReply } from './parse-worker.ts';
import type { GivenFile, ParsedFile, Parsing } from './parsed-file.ts';
import { kindOf } from './sniff.ts';
import { unreadable } from './unreadable.ts';

/** What the reading of a file may need, and who ends it. */
export interface ParsingAside extends Parsing {
  readonly signal?: AbortSignal | undefined;
}

// Texts up to this size are decoded where they are: that takes less than a thread costs. Markup and
// mails take longer for their size.
const smallText = 512 * 1024;
const smallMarkup = 32 * 1024;
// Each line of a mail costs its reader some microseconds, and an empty one as much.
const fewLines = 1000;
// A hostile file may take any time and any memory: its page so long, its thread so much.
const stillMs = 20_000;
const threadMb = 384;
const processMb = 1024;
const mostThreads = 2;

/**
 * Reads a file from its bytes as `parseFile` does, on another thread, which ends with its
 * caller and where it takes too long or too much memory. @throws TandemError
 * `unreadable_document`; what the signal was aborted with
 */
export async function parseAside(file: GivenFile, options: ParsingAside = {}): Promise<ParsedFile> {
  options.signal?.throwIfAborted();
  if (isSmallText(file.bytes)) return parseFile(file, options);
  const entry = await entryOfThread();
  if (!entry) return parseFile(file, options);
  await turn(options.signal);
  try {
    return await parseIn(idle.pop() ?? start(entry), file, options);
  } finally {
    atWork--;
    waiting.shift()?.();
  }
}

function isSmallText(bytes: Uint8Array): boolean {
  const kind = kindOf(bytes);
  const most = kind === 'other' && !isMarkup(bytes) ? smallText : smallMarkup;
  if (kind === 'mail' && bytes.length <= most && !hasFewLines(bytes)) return false;
  return bytes.length <= most && !/^(?:pdf|zip|office)$/.test(kind);
}

function hasFewLines(bytes: Uint8Array): boolean {
  let left = fewLines;
  for (let at = -1; left >= 0; left--) {
    at = bytes.indexOf(0x0a, at + 1);
    if (at < 0) return true;
  }
  return false;
}

function isMarkup(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 1024).includes(0x3c);
}

// Beside the source, or beside the bundle; a bundle of somebody else's has no such file.
async function entryOfThread(): Promise<URL | undefined> {
  const { existsSync } = await import('node:fs');
  const names = ['./parse-worker.ts', './parse-worker.js', '../parse-worker.js'];
  return names.map(name => new URL(name, import.meta.url)).find(url => existsSync(url));
}

const idle: Worker[] = [];
const waiting: (() => void)[] = [];
let atWork = 0;

async function turn(signal: AbortSignal | undefined): Promise<void> {
  while (atWork >= mostThreads) await new Promise<void>(resolve => waiting.push(resolve));
  if (signal?.aborted) {
    waiting.shift()?.();
    throw signal.reason;
  }
  atWork++;
}

function start(entry: URL): Worker {
  const { Worker: Thread } = process.getBuiltinModule('node:worker_threads');
  const resourceLimits = { maxOldGenerationSizeMb: threadMb, maxYoungGenerationSizeMb: 32 };
  const thread = new Thread(entry, { resourceLimits, execArgv: [], stdout: true, stderr: true });
  // Between two documents nobody else listens.
  return thread.on('error', () => {});
}

function parseIn(worker: Worker, file: GivenFile, options: ParsingAside): Promise<ParsedFile> {
  const { title } = file;
  return new Promise<ParsedFile>((resolve, reject) => {
    const watch = watchOver(why => fail(unreadable(title, why, 'Split it, or give its text.')));
    const done = () => {
      watch.stop();
      for (const [event, listener] of listeners) worker.off(event, listener);
      options.signal?.removeEventListener('abort', aborted);
    };
    // A thread that did not end well is not used again.
    const fail = (error: unknown) => {
      done();
      worker.terminate().catch(() => {});
      reject(error);
    };
    const aborted = () => fail(options.signal?.reason);
    const answer = (reply: ParserReply) => {
      watch.goesOn();
      if (reply.kind === 'page') return options.onPage?.(reply.page, reply.pages);
      // A reader that was left in the middle may still be at work.
      if (reply.kind === 'error' && !reply.isAtRest) return fail(errorOf(title, reply));
      done();
      worker.unref();
      idle.push(worker);
      if (reply.kind === 'error') reject(errorOf(title, reply));
      else resolve(reply.file);
    };
    const listeners = [
      ['message', answer],
      ['error', (error: unknown) => fail(endOf(title, error))],
      ['exit', () => fail(unreadable(title, 'Its thread ended.', 'Give its text.'))],
    ] as const;
    options.signal?.addEventListener('abort', aborted, { once: true });
    for (const [event, listener] of listeners) worker.on(event, listener);
    worker.ref();
    worker.postMessage({ file, password: options.password });
  });
}

interface Watch {
  goesOn(): void;
  stop(): void;
}

// What a thread takes beside its heap shows only in the memory of the process.
function watchOver(end: (why: string) => void): Watch {
  const before = process.memoryUsage.rss();
  let since = performance.now();
  const timer = setInterval(() => {
    const tookMb = (process.memoryUsage.rss() - before) / 1024 ** 2;
    if (performance.now() - since > stillMs)
      end(`A part of it takes longer than ${stillMs / 1000} s to read.`);
    else if (tookMb > processMb) end(`It takes more than ${processMb} MB of memory to read.`);
  }, 100);
  return { goesOn: () => (since = performance.now()), stop: () => clearInterval(timer) };
}

function endOf(title: string, error: unknown): TandemError {
  const isMemory = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY';
  const why = isMemory ? `It takes more than ${threadMb} MB to read.` : 'It breaks its reader.';
  return unreadable(title, why, 'Split it, or give its text.', error);
}

function errorOf(title: string, reply: Extract<ParserReply, { kind: 'error' }>): TandemError {
  const { code, message, data } = reply;
  if (code === undefined) return endOf(title, new TypeError(message));
  return new TandemError(code as ErrorCode, message, { data: { ...data } });
}
