import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readOptions } from '../../src/entries/config.ts';
import { TandemError } from '../../src/index.ts';
import { helpPage } from './command.ts';
import { type OptionSpec, readFlags, sharedOptions } from './flags.ts';
import { commands } from './main.ts';
import { runTandem } from './run-tandem.ts';
import { openTerminal } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-flags-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What no schema of the kind takes, as a program gives it: too small, too large, no number. */
function wrongFor(schema: z.ZodType): (string | number)[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return wrongFor(schema.unwrap() as z.ZodType);
  }
  if (schema instanceof z.ZodUnion) return [-1, 0.5, 'some'];
  if (!(schema instanceof z.ZodNumber)) return ['', 'no such value'].filter(isRefusedBy(schema));
  const { minValue, maxValue, isInt } = schema;
  const numbers = [(minValue ?? 0) - 1, ...(isInt ? [1.5] : [])];
  const most = maxValue !== null && maxValue < 1e15 ? [maxValue + 1] : [];
  return [...numbers, ...most, 'many', 'Infinity'];
}

const isRefusedBy = (schema: z.ZodType) => (value: unknown) => !schema.safeParse(value).success;

const flags = commands.flatMap(({ name, options }) =>
  Object.entries(options).map(([flag, spec]) => ({ command: name, flag, spec })),
);

/** What a program says of the same value under the same schema. */
function inProgram({ command, flag, spec }: (typeof flags)[number], value: unknown): string {
  const text = z.string().min(1);
  const one = spec.schema ?? (spec.multiple ? text : text.optional());
  const schema = z.strictObject({ [`--${flag}`]: one });
  try {
    readOptions(schema, { [`--${flag}`]: value }, `tandem ${command}`);
  } catch (error) {
    if (TandemError.isInstance(error)) return error.message;
    throw error;
  }
  throw new Error(`nothing was refused of ${flag}: ${String(value)}`);
}

const valued = flags.filter(({ spec }) => spec.type === 'string');

describe('an option of the command line', () => {
  it.each(valued)('--$flag of $command is refused at the door', async each => {
    for (const value of wrongFor(each.spec.schema ?? z.string().min(1))) {
      const { code, err, out } = await runTandem(withOthers(each, String(value)), { folder });
      const typed = value === 'Infinity' ? Number.POSITIVE_INFINITY : value;
      expect({ value, code, out }).toEqual({ value, code: 2, out: '' });
      expect(err).toContain(inProgram(each, typed));
    }
  });

  it.each(flags)('--$flag of $command has a near name where it is misspelt', async each => {
    const { command, flag } = each;
    const slip = `--${flag[0]}${flag}`;
    const { code, err, out } = await runTandem([command, slip], { folder });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    const said = `tandem ${command} has the unknown key "${slip}". Did you mean "--${flag}"?`;
    expect(err).toContain(said);
  });

  it('is typed, has its default, and is read again as it is', () => {
    const solve = commands.find(({ name }) => name === 'solve')!;
    const read = readFlags(solve, { states: '5', target: '0.9', temperature: '0', namings: '3' });
    expect(read).toMatchObject({ states: 5, target: 0.9, temperature: 0, namings: 3 });
    expect(read).toMatchObject({ 'ask-beyond-usd': 1, 'ask-beyond-minutes': 10 });
    expect(readFlags(solve, read)).toEqual(read);
    expect(readFlags(solve, { states: 'all' })).toMatchObject({ states: 'all' });
  });

  it('says its default on the page of help, once', () => {
    const streams = { stdout: process.stdout, stderr: process.stderr, stdin: process.stdin };
    const terminal = openTerminal({ ...streams, env: { NO_COLOR: '1' } });
    for (const command of commands) {
      const page = helpPage(command, terminal);
      for (const [flag, spec] of Object.entries({ ...command.options, ...sharedOptions })) {
        const told = spec.schema?.safeParse(undefined);
        if (!told?.success || told.data === undefined) continue;
        expect(page).toContain(`(default: ${String(told.data)})`);
        expect(spec.help, flag).not.toContain('default');
      }
    }
  });
});

// Options that a command demands are given, so that the one in question is what is wrong.
function withOthers({ command, flag }: (typeof flags)[number], value: string): string[] {
  const needed = valued.filter(
    other => other.command === command && other.flag !== flag && isNeeded(other.spec),
  );
  const given = needed.flatMap(other => [`--${other.flag}`, exampleOf(other.spec)]);
  return [command, ...given, `--${flag}=${value}`];
}

function isNeeded({ schema, multiple }: OptionSpec): boolean {
  return schema !== undefined && !multiple && !schema.safeParse(undefined).success;
}

function exampleOf({ schema }: OptionSpec): string {
  const known = ['exact', 'log.jsonl', '2026-01-31'];
  return known.find(each => schema!.safeParse(each).success) ?? 'x';
}
