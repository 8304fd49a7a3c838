import { readFileSync } from 'node:fs';
import { recallPrices } from '../../src/entries/backends.ts';
import { nearest } from '../../src/entries/config.ts';
import { TandemError } from '../../src/index.ts';
import { batch } from './batch/batch.ts';
import { batches } from './batch/list-batches.ts';
import { type Command, helpPage, readArguments, wrongUse } from './command.ts';
import { advise } from './commands/advise.ts';
import { ask } from './commands/ask.ts';
import { calibrate } from './commands/calibrate.ts';
import { chat } from './commands/chat.ts';
import { completionFor } from './commands/completion.ts';
import { doctor } from './commands/doctor.ts';
import { models } from './commands/models.ts';
import { observed } from './commands/observed.ts';
import { replay } from './commands/replay.ts';
import { resume } from './commands/resume.ts';
import { cancel, egress, prune, runs } from './commands/runs.ts';
import { type GatewayApplication, key, serve } from './commands/serve.ts';
import { showRun } from './commands/show-run.ts';
import { solve } from './commands/solve.ts';
import { train } from './commands/train.ts';
import { validate } from './commands/validate.ts';
import { demo } from './demo/demo.ts';
import { evaluate } from './eval/eval.ts';
import { init } from './init/init.ts';
import { label } from './label/label.ts';
import { table } from './layout.ts';
import { prices } from './prices/prices.ts';
import { recommend } from './recommend/recommend.ts';
import { store } from './store/store.ts';
import { studio } from './studio/studio.ts';
import { tabulate } from './table/tabulate.ts';
import { openTerminal, type Streams, type Terminal } from './terminal.ts';
import { worker, workers } from './workers/worker.ts';

/** Every command, in the order of the overview. */
export const commands: readonly Command[] = [
  ask,
  chat,
  advise,
  tabulate,
  batch,
  solve,
  demo,
  serve,
  studio,
  observed,
  key,
  models,
  prices,
  recommend,
  doctor,
  init,
  validate,
  label,
  calibrate,
  train,
  evaluate,
  runs,
  showRun,
  resume,
  replay,
  cancel,
  egress,
  prune,
  store,
  worker,
  workers,
  batches,
  completionFor(() => commands),
];

const exitCodes = { done: 0, failed: 1, wrongUse: 2, interrupted: 130 };

/** What the command line starts beside itself. */
export interface Applications {
  readonly gateway: () => Promise<GatewayApplication>;
}

/** The process that a command runs in. */
export interface Host extends Streams {
  readonly folder: string;
  /** Aborted to interrupt the command; absent where Ctrl-C does. */
  readonly signal?: AbortSignal;
}

/**
 * Runs one command; returns the exit code. `host` is this process, unless a test stands in for it.
 */
export async function main(
  argv: readonly string[],
  applications: Applications,
  host?: Host,
): Promise<number> {
  const { stdout, stderr, stdin, env } = process;
  const at = host ?? { stdout, stderr, stdin, env, folder: process.cwd() };
  const terminal = openTerminal(at, { isJson: argv.includes('--json') });
  const [name, ...rest] = argv;
  try {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      terminal.out(overview(terminal));
      return name === undefined ? exitCodes.wrongUse : exitCodes.done;
    }
    if (name === '--version' || name === '-v') {
      terminal.out(`${version()}\n`);
      return exitCodes.done;
    }
    const command = commands.find(candidate => candidate.name === name);
    if (!command) throw unknownCommand(name);
    return await runCommand(command, rest, { terminal, host: at, ...applications });
  } catch (error) {
    return report(error, terminal, rest.includes('--json'));
  }
}

async function runCommand(
  command: Command,
  argv: readonly string[],
  { terminal, gateway, host }: Applications & { readonly terminal: Terminal; readonly host: Host },
): Promise<number> {
  const given = readArguments(command, argv);
  if (given.options.help) {
    terminal.out(helpPage(command, terminal));
    return exitCodes.done;
  }
  const { env, folder, signal = interrupts() } = host;
  recallPrices(env);
  return command.run({ ...given, command: command.name, terminal, gateway, env, folder, signal });
}

function interrupts(): AbortSignal {
  const controller = new AbortController();
  // Whatever the signal, the run's record says that it was interrupted.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(name, () => controller.abort(new DOMException('Interrupted.', 'AbortError')));
  return controller.signal;
}

function report(error: unknown, terminal: Terminal, isJson: boolean): number {
  terminal.clearProgress();
  if (error instanceof DOMException && error.name === 'AbortError') {
    terminal.note('Interrupted.');
    return exitCodes.interrupted;
  }
  if (!TandemError.isInstance(error)) {
    // Node would print it as it is, with whatever a terminal obeys in it.
    terminal.note(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return exitCodes.failed;
  }
  const { code, message, data } = error;
  if (isJson) terminal.out(`${JSON.stringify({ error: { code, message, data } })}\n`);
  else terminal.note(`${terminal.style.bad('error')}  ${message}`);
  const isWrongUse = data.wrongUse === true || code === 'unknown_name';
  return isWrongUse ? exitCodes.wrongUse : exitCodes.failed;
}

function overview({ style }: Terminal): string {
  const rows = commands.map(({ name, summary }) => [style.accent(name), summary]);
  return [
    'Tandem lets a local small model and a cloud large one work as one.',
    '',
    `${style.bold('Usage')}  tandem <command> [options]`,
    '',
    style.bold('Commands'),
    table(rows, style, '  '),
    '',
    'See `tandem <command> --help` for options and examples.',
    '',
  ].join('\n');
}

function unknownCommand(name: string): TandemError {
  const names = commands.map(command => command.name);
  const near = nearest(name, names);
  return wrongUse(
    `There is no command "${name}".`,
    near ? `Did you mean "${near}"?` : `Commands: ${names.join(', ')}.`,
  );
}

function version(): string {
  for (const path of ['../../package.json', '../package.json']) {
    try {
      const found = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (found.name === 'tandem' && found.version) return found.version;
    } catch {
      // The built file lies one folder higher than the source.
    }
  }
  return 'unknown';
}
