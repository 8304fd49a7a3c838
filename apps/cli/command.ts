import { parseArgs } from 'node:util';
import { nearest } from '../../src/entries/config.ts';
import { TandemError } from '../../src/index.ts';
import type { GatewayApplication } from './commands/serve.ts';
import { type Terminal, table } from './terminal.ts';

/** One option of a command. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** What a value is, for the help page: `FILE`. */
  readonly value?: string;
  readonly help: string;
}

/** What a command is given. */
export interface Invocation {
  readonly positionals: readonly string[];
  readonly options: Readonly<Record<string, string | boolean | string[] | undefined>>;
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
  readonly options: Readonly<Record<string, OptionSpec>>;
  readonly examples: readonly (readonly [line: string, says: string])[];
  /** Returns the exit code: 0 done, 1 failed. @throws TandemError */
  run(invocation: Invocation): Promise<number>;
}

/** Options that every command takes. */
export const sharedOptions: Readonly<Record<string, OptionSpec>> = {
  json: { type: 'boolean', help: 'print one JSON document and nothing else' },
  help: { type: 'boolean', help: 'show this page' },
};

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
    return { positionals, options: values as Invocation['options'] };
  } catch (error) {
    if (TandemError.isInstance(error)) throw error;
    const [first = 'The arguments cannot be read'] = (error as Error).message.split('. ');
    const unknown = /^Unknown option '--([\w-]+)/.exec(first)?.[1];
    const near = unknown && nearest(unknown, Object.keys(options));
    throw wrongUse(
      `${first}.`,
      near ? `Did you mean --${near}?` : `See \`tandem ${command.name} --help\`.`,
    );
  }
}

// Words that a command does not read are a mistake: a forgotten dash, or another command.
function requireTaken({ name, usage }: Command, [first]: readonly string[]): void {
  if (first === undefined || !usage.startsWith('[options]')) return;
  throw wrongUse(`\`tandem ${name}\` takes no "${first}".`, `See \`tandem ${name} --help\`.`);
}

/** Writes the help page of a command. */
export function helpPage(command: Command, { style }: Terminal): string {
  const rows = Object.entries({ ...command.options, ...sharedOptions }).map(
    ([name, { value, help, multiple }]) => [
      style.accent(`--${name}${value ? ` ${value}` : ''}`),
      `${help}${multiple ? ' (may be repeated)' : ''}`,
    ],
  );
  const examples = command.examples.map(([line, says]) => [line, style.dim(says)]);
  return [
    command.summary,
    '',
    `${style.bold('Usage')}  tandem ${command.name} ${command.usage}`,
    '',
    style.bold('Options'),
    table(rows, '  '),
    '',
    style.bold('Examples'),
    table(examples, '  '),
    '',
  ].join('\n');
}
