import { createInterface } from 'node:readline';
import { addAbortSignal, Writable } from 'node:stream';
import { clipLine, openFlow, type PageWidth, wrapPage } from './layout.ts';
import { type Marks, styleMarks } from './page/shown-text.ts';

/** Where a command reads and writes. */
export interface Terminal {
  /** The result: one document, or text that is wrapped at the width of a terminal. */
  out(text: string): void;
  /** The result, piece by piece, as it comes. */
  flow(piece: string): void;
  /** Everything else. */
  note(text: string): void;
  /**
   * Shows how far a long work is: on a terminal in place, in one line or several; elsewhere the
   * first line every 10 s, for as long as nothing else is said.
   */
  progress(text: string): void;
  /** Whether progress can be shown in place. */
  readonly showsProgress: boolean;
  /** Ends the progress line, if there is one. */
  clearProgress(): void;
  /** Whether somebody is there to be asked. */
  readonly isInteractive: boolean;
  /** Where questions that keys answer are shown and read; absent where nobody is there. */
  readonly keys?: { readonly input: NodeJS.ReadStream; readonly output: NodeJS.WriteStream };
  /**
   * Asks for a line, which is not shown where it is hidden; `undefined` at the end of the input.
   * @throws the signal's reason
   */
  ask(
    question: string,
    signal: AbortSignal,
    how?: { readonly isHidden?: boolean },
  ): Promise<string | undefined>;
  /** Reads the whole input, up to its end. @throws the signal's reason */
  read(signal: AbortSignal): Promise<string>;
  /** Columns of what progress is shown on. */
  readonly width: number;
  readonly style: Style;
}

/** Marks text up, where colour is wanted, and knows how wide a page is. */
export interface Style extends PageWidth {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  accent(text: string): string;
}

/** The streams and the environment of a process. */
export interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  /** Absent where nobody can be asked. */
  readonly stdin?: NodeJS.ReadStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const lineEveryMs = 10_000;

/**
 * Opens the terminal of a process; NO_COLOR of any value, and a pipe, mean plain text. `isJson`
 * says that the result is read by a program: it is not wrapped. Whatever is shown is rid of escapes
 * first: models, documents, servers and names of files have their say here.
 */
export function openTerminal(
  { stdout, stderr, stdin, env }: Streams,
  { isJson = false }: { readonly isJson?: boolean } = {},
): Terminal {
  const isColoured = (stdout.isTTY ?? false) && !env.NO_COLOR && env.TERM !== 'dumb';
  const showsProgress = (stderr.isTTY ?? false) && env.TERM !== 'dumb';
  const marks = styleMarks();
  const width = () => stderr.columns || 80;
  const columns = () => (stdout.isTTY && !isJson ? stdout.columns || 80 : Number.POSITIVE_INFINITY);
  const flow = openFlow(columns, text => stdout.write(text));
  const shown = openProgress(stderr, { showsProgress, width });
  const clearProgress = shown.clear;
  return {
    out(text) {
      clearProgress();
      flow.end();
      stdout.write(wrapPage(marks.shown(text), columns()));
    },
    flow(piece) {
      clearProgress();
      flow.add(marks.shown(piece));
    },
    note(text) {
      clearProgress();
      flow.end();
      const shown = marks.shown(text);
      stderr.write(`${wrapPage(shown, stderr.isTTY ? width() : Number.POSITIVE_INFINITY)}\n`);
    },
    progress: text => shown.show(marks.shown(text)),
    showsProgress,
    clearProgress,
    ...interaction(stdin, stderr),
    async ask(question, signal, { isHidden = false } = {}) {
      clearProgress();
      if (!stdin) return undefined;
      const line = isHidden ? hiddenLineOf : lineOf;
      return shown.pausedFor(line({ stdin, stderr }, marks.shown(question), signal));
    },
    read: signal => (stdin ? wholeOf(stdin, signal) : Promise.resolve('')),
    get width() {
      return width();
    },
    style: styleOf(isColoured, marks, columns),
  };
}

function openProgress(
  stderr: NodeJS.WriteStream,
  { showsProgress, width }: { readonly showsProgress: boolean; readonly width: () => number },
) {
  let [shownLines, isPaused] = [0, false];
  let alive: { line: string; readonly timer: NodeJS.Timeout } | undefined;
  const erased = () => `\r\u001b[K${'\u001b[1A\r\u001b[K'.repeat(Math.max(0, shownLines - 1))}`;
  const keepSaying = (line: string) => {
    const begunMs = performance.now();
    const say = () => {
      const seconds = Math.round((performance.now() - begunMs) / 1000);
      stderr.write(`${seconds} s · ${alive?.line}\n`);
    };
    alive ??= { line, timer: setInterval(say, lineEveryMs).unref() };
    alive.line = line;
  };
  return {
    show(text: string) {
      // A clock would wipe out the question that somebody is reading.
      if (isPaused) return;
      if (!showsProgress) return keepSaying(text.split('\n')[0]!);
      // A line that wraps could not be taken away again.
      const lines = text.split('\n').map(line => clipLine(line, width()));
      stderr.write(`${erased()}${lines.join('\n')}`);
      shownLines = lines.length;
    },
    clear() {
      clearInterval(alive?.timer);
      alive = undefined;
      if (shownLines > 0) stderr.write(erased());
      shownLines = 0;
    },
    pausedFor<T>(asked: Promise<T>): Promise<T> {
      isPaused = true;
      return asked.finally(() => {
        isPaused = false;
      });
    },
  };
}

function interaction(input: NodeJS.ReadStream | undefined, output: NodeJS.WriteStream) {
  const isInteractive = input?.isTTY === true && output.isTTY === true;
  return isInteractive ? { isInteractive, keys: { input, output } } : { isInteractive };
}

async function wholeOf(stdin: NodeJS.ReadStream, signal: AbortSignal): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of addAbortSignal(signal, stdin)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces).toString('utf8');
}

// What is typed is echoed by its reader, here to nowhere.
function silent(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

function hiddenLineOf(
  { stdin, stderr }: Asked,
  question: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  stderr.write(question);
  return lineOf({ stdin, stderr: silent() }, '', signal).finally(() => stderr.write('\n'));
}

interface Asked {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: Writable;
}

// A reader of its own for each line: what was typed ahead for the next stays in the terminal.
function lineOf(
  { stdin, stderr }: Asked,
  question: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const reader = createInterface({ input: stdin, output: stderr, terminal: true });
    const interrupted = () => {
      reject(signal.reason ?? new DOMException('Interrupted.', 'AbortError'));
      reader.close();
    };
    signal.addEventListener('abort', interrupted, { once: true });
    reader.once('SIGINT', interrupted);
    reader.once('close', () => {
      signal.removeEventListener('abort', interrupted);
      resolve(undefined);
    });
    reader.question(question, answer => {
      resolve(answer);
      reader.close();
    });
  });
}

// The numbers are those of ECMA-48, with its usual colours.
function styleOf(isColoured: boolean, marks: Marks, columns: () => number): Style {
  const as = (begin: number, end: number) => (text: string) =>
    isColoured ? marks.around(text, begin, end) : text;
  return {
    get columns() {
      return columns();
    },
    bold: as(1, 22),
    dim: as(2, 22),
    good: as(32, 39),
    bad: as(31, 39),
    accent: as(36, 39),
  };
}

/** Formats money: dollars with as many digits as matter. */
export function dollars(usd: number | 'unknown' | undefined): string {
  if (usd === undefined || usd === 'unknown') return 'unknown';
  const sign = usd < 0 ? '−' : '';
  const size = Math.abs(usd);
  if (size === 0) return '$0';
  return `${sign}$${size >= 0.01 ? size.toFixed(2) : size.toFixed(6).replace(/0{1,6}$/, '')}`;
}
