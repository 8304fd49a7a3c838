import { parseArgs } from 'node:util';
import { TandemError } from '../../src/index.ts';
import type { GatewayApplication } from './commands/serve.ts';
import {
  defaultOf,
  type OptionTable,
  type OptionValues,
  readFlags,
  sharedOptions,
} from './flags.ts';
import { table } from './layout.ts';
import type { Terminal } from './terminal.ts';

/** What a command is given. */
export interface Invocation {
  /** The name of the command. */
  readonly command: string;
  readonly positionals: readonly string[];
  /** By name, as their schemas have read them. */
  readonly options: OptionValues;
  readonly terminal: Terminal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /**
   * Loads the gateway, which is an application of its own; absent where the command line is
   * embedded.
   */
  readonly gateway?: () => Promise<GatewayApplication>;
}

/** A command of the command line. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** What follows the name: `"question" [options]`. */
  readonly usage: string;
  readonly options: OptionTable;
  readonly examples: readonly (readonly [line: string, says: string])[];
  /** Returns the exit code: 0 done, 1 failed. @throws TandemError */
  run(invocation: Invocation): Promise<number>;
}

/** The user's mistake in how a command was called: exit code 2. */
export function wrongUse(what: string, advice: string): TandemError {
  return new TandemError('invalid_argument', `${what} ${advice}`.trim(), {
    data: { wrongUse: true },
  });
}

/** Reads a command's arguments strictly. @throws TandemError marked as wrong use */
export function readArguments(
  command: Command,
  argv: readonly string[],
): Pick<Invocation, 'positionals' | 'options'> {
  const options = { ...command.options, ...sharedOptions };
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { type, multiple }]) => [
      name,
      { type, ...(multiple && { multiple }) },
    ]),
  );
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: config,
      allowPositionals: true,
      strict: true,
    });
    requireTaken(command, positionals);
    // A page of help is shown, whatever else is missing.
    if (values.help) return { positionals, options: { help: true } };
    return { positionals, options: readFlags(command, values) };
  } catch (error) {
    if (TandemError.isInstance(error)) throw error;
    const [first = 'The arguments cannot be read'] = (error as Error).message.split('. ');
    const unknown = /^Unknown option '--([\w-]+)/.exec(first)?.[1];
    if (unknown) readFlags(command, { [unknown]: true });
    throw wrongUse(`${first}.`, `See \`tandem ${command.name} --help\`.`);
  }
}

// Words that a command does not read are a mistake: a forgotten dash, or another command.
function requireTaken({ name, usage }: Command, [first]: readonly string[]): void {
  if (first === undefined || !usage.startsWith('[options]')) return;
  throw wrongUse(`\`tandem ${name}\` takes no "${first}".`, `See \`tandem ${name} --help\`.`);
}

/** Writes the help page of a command. */
export function helpPage(command: Command, { style }: Terminal): string {
  const rows = Object.entries({ ...command.options, ...sharedOptions }).map(([name, spec]) => [
    style.accent(`--${name}${spec.value ? ` ${spec.value}` : ''}`),
    `${spec.help}${defaultOf(spec)}${spec.multiple ? ' (may be repeated)' : ''}`,
  ]);
  const examples = command.examples.map(([line, says]) => [line, style.dim(says)]);
  return [
    command.summary,
    '',
    `${style.bold('Usage')}  tandem ${command.name} ${command.usage}`,
    '',
    style.bold('Options'),
    table(rows, style, '  '),
    '',
    style.bold('Examples'),
    table(examples, style, '  '),
    '',
  ].join('\n');
}
