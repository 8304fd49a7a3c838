import type { ChildProcess } from 'node:child_process';
import type * as z from 'zod';
import { readOptions } from '../../../config/read-options.ts';
import { textOf } from '../../../model/answer.ts';
import type { Answer } from '../../../model/types.ts';
import { checked, type Draft, type Gate, missingVerdict, type Verdict } from '../gate.ts';
import { byCommandOptions } from '../gate-options.ts';

/** Options of the gate by command. */
export type ByCommandOptions = Readonly<z.input<typeof byCommandOptions>>;

type CommandEnding = 'pass' | 'fail' | 'abstain' | 'broken';

interface Ended {
  readonly ending: CommandEnding;
  /** What broke it off. */
  readonly how?: string;
}

// The first drafts are judged twice, and then one in so many.
const checkedTwice = 3;
const checkedAgainEvery = 20;
const mostBroken = 3;
const mostAtOnce = 4;

/**
 * Judges a draft by a program of yours, such as a test suite: the answer comes on its standard
 * input, and its exit code says 0 pass, 1 fail, 2 "I cannot tell". Any other end, and one that
 * comes too late, tells nothing either. The gate switches itself off for the rest of the process
 * when the same answer once passes and once fails, or after three broken ends in a row. The program
 * is run on this device, without a shell, and is given no variables but those by which programs are
 * found: whoever names it must be trusted, and it must not run what a model wrote.
 * @throws TandemError `invalid_argument`
 * @example
 * ```ts
 * const gate = byCommand({ command: ['node', 'check-answer.mjs'] });
 * const support = cascade({ local, cloud, accept: gate });
 * ```
 */
export function byCommand(options: ByCommandOptions): Gate {
  const { command, commandMs: timeoutMs } = readOptions(byCommandOptions, options, 'byCommand');
  const [program = ''] = command;
  const state: CommandState = { judged: 0, broken: 0, off: undefined };
  const turn = turns(mostAtOnce);
  const gate: Gate = async ({ answer, ask }: Draft) => {
    if (state.off !== undefined) return missingVerdict(state.off);
    const run = () =>
      turn(() => endingOf(command, { input: inputOf(answer), timeoutMs, signal: ask.signal }));
    const ended = await run();
    const { ending } = ended;
    ask.signal.throwIfAborted();
    state.judged++;
    const isAgain = state.judged <= checkedTwice || state.judged % checkedAgainEvery === 0;
    const second = isAgain && ending !== 'broken' ? (await run()).ending : ending;
    ask.signal.throwIfAborted();
    noteEnding(state, { program, ended, second });
    if (state.off !== undefined) ask.warn(`The gate is off: ${state.off}.`);
    return state.off === undefined ? verdictOfEnding(ended, program) : missingVerdict(state.off);
  };
  return Object.assign(gate, { standsOn: () => `the command "${program}"` });
}

interface CommandState {
  judged: number;
  /** Broken ends in a row. */
  broken: number;
  /** Why it is off; absent while it judges. */
  off: string | undefined;
}

function noteEnding(
  state: CommandState,
  { program, ended, second }: { program: string; ended: Ended; second: CommandEnding },
): void {
  const { ending, how } = ended;
  state.broken = ending === 'broken' ? state.broken + 1 : 0;
  if (state.broken >= mostBroken)
    state.off = `"${program}" broke off ${mostBroken} times in a row (${how})`;
  if (second !== 'broken' && second !== ending)
    state.off = `"${program}" is flaky: the same answer had "${ending}" and then "${second}"`;
}

function verdictOfEnding({ ending, how }: Ended, program: string): Verdict {
  if (ending === 'pass') return checked(true, `"${program}" passes`);
  if (ending === 'fail') return checked(false, `"${program}" fails`);
  return missingVerdict(
    ending === 'abstain' ? `"${program}" cannot tell` : `"${program}" broke off: ${how}`,
  );
}

// Calls of tools stand for themselves, one in a line, where an answer has no text.
function inputOf(answer: Answer): string {
  const text = textOf(answer);
  if (text !== '') return text;
  const calls = answer.content.filter(part => part.type === 'tool-call');
  return calls.map(({ toolName, input }) => JSON.stringify({ toolName, input })).join('\n');
}

const endings: Readonly<Record<number, CommandEnding>> = { 0: 'pass', 1: 'fail', 2: 'abstain' };
const passedOn = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'LANG', 'LC_ALL', 'SystemRoot', 'PATHEXT'];

interface CommandRun {
  readonly input: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

function endingOf(
  [program = '', ...given]: readonly string[],
  { input, timeoutMs, signal }: CommandRun,
): Promise<Ended> {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const env = Object.fromEntries(passedOn.map(name => [name, process.env[name]]));
  return new Promise<Ended>(resolve => {
    // A group of its own, so that what it has started ends with it.
    const child = spawn(program, given, {
      env,
      detached: process.platform !== 'win32',
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    let isLate = false;
    const end = () => endGroup(child);
    const timer = setTimeout(() => {
      isLate = true;
      end();
    }, timeoutMs);
    const done = (ended: Ended) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve(ended);
    };
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    child.on('error', error => done(unstarted(error)));
    child.on('exit', (code, by) => {
      const ending = (code !== null && endings[code]) || 'broken';
      const how = isLate ? `no end within ${timeoutMs} ms` : `it ended with ${code ?? by}`;
      done({ ending, how });
    });
    // One that does not read its input to the end may still judge. Without a free handle there is
    // no input.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  }).catch(unstarted);
}

function unstarted(error: NodeJS.ErrnoException): Ended {
  const known: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such program, or none that its first line names',
    EACCES: 'it may not be run',
  };
  return { ending: 'broken', how: known[error.code ?? ''] ?? error.message };
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

// Lets so many work at once; the others wait in the order in which they came.
function turns(most: number): <Value>(work: () => Promise<Value>) => Promise<Value> {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async work => {
    if (busy >= most) await new Promise<void>(go => waiting.push(go));
    else busy++;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else busy--;
    }
  };
}
