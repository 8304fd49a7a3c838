import { type ChildProcess, spawn } from 'node:child_process';

/** What one side did while it was watched. */
export interface Measure {
  /** Processor time of its process, user and system. */
  readonly processorMs: number;
  readonly wallMs: number;
  /** Operations or requests. */
  readonly count: number;
}

/** A process of one tree that does the same work whenever it is asked. */
export interface Side {
  measure(): Promise<Measure>;
  close(): Promise<void>;
}

/**
 * Starts a process that can be asked over a channel. What it writes is shown with `BENCH_VERBOSE`
 * alone: logs are long.
 */
export function startChild(
  args: readonly string[],
  { isHeard = false, ...options }: { readonly cwd: string; readonly isHeard?: boolean },
): ChildProcess {
  // A tree that has run before would find its code compiled, and one that was just checked out
  // would not.
  const env = { ...process.env, NODE_ENV: 'production', NODE_DISABLE_COMPILE_CACHE: '1' };
  return spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    ...options,
    env,
    stdio: [
      'ignore',
      isHeard ? 'pipe' : 'ignore',
      process.env.BENCH_VERBOSE ? 'inherit' : 'ignore',
      'ipc',
    ],
  });
}

/** Sends a word to a process and waits for its answer. @throws Error where it ends instead */
export function answerOf<Answer>(child: ChildProcess, word: string): Promise<Answer> {
  return new Promise((done, fail) => {
    const ended = (code: number | null) =>
      fail(new Error(`The process under test ended with ${code}. BENCH_VERBOSE=1 shows why.`));
    child.once('exit', ended);
    child.once('message', message => {
      child.off('exit', ended);
      done(message as Answer);
    });
    child.send(word);
  });
}

/** Ends a process and waits until it is gone. */
export function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise(done => {
    child.once('exit', () => done());
    child.kill('SIGKILL');
  });
}
