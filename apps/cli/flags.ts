import * as z from 'zod';
import { readOptions } from '../../src/entries/config.ts';
import { labels, privacyModes, TandemError } from '../../src/index.ts';

/** One option of a command: what it takes, and its line of the help page. */
export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly multiple?: boolean;
  /** What a value is, for the help page: `FILE`. */
  readonly value?: string;
  readonly help: string;
  /** What the value must be, with its default. Default: a text that is not empty, or nothing. */
  readonly schema?: z.ZodType;
}

/** The options of a command by name. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** Options that every command takes. */
export const sharedOptions: OptionTable = {
  json: { type: 'boolean', help: 'print one JSON document and nothing else' },
  'any-pair': {
    type: 'boolean',
    help: 'let weights and calibrations of another pair of models decide, which each reason says',
  },
  trust: { type: 'boolean', help: 'let the configuration of this folder run its code' },
  help: { type: 'boolean', help: 'show this page' },
};

/** Options that say which models there are. */
export const modelOptions = {
  local: { type: 'string', value: 'SPEC', help: 'the local model, such as ollama:phi4-mini' },
  cloud: { type: 'string', value: 'SPEC', help: 'the cloud model, such as azure:gpt-4.1' },
  config: {
    type: 'string',
    value: 'FILE',
    help: 'configuration (default: tandem.config.ts, .yaml or .json here)',
  },
} satisfies OptionTable;

/** Options of commands that answer from documents: by whom, and what may leave. */
export const askingOptions: OptionTable = {
  mask: { type: 'boolean', help: 'mask personal data and keys in what goes to a cloud' },
  label: {
    type: 'string',
    value: 'LABEL',
    help: 'what of the documents may leave: local-only, extracts or cloud-allowed',
    schema: z.enum(labels).default('extracts'),
  },
  ...modelOptions,
  mode: {
    type: 'string',
    value: 'MODE',
    help: 'cloud-allowed, local-preferred or local-only',
    schema: z
      .enum(privacyModes as ['cloud-allowed', ...typeof privacyModes])
      .default('cloud-allowed'),
  },
};

/** What options hold, as their schemas read them. */
export type OptionValues = Readonly<
  Record<string, string | number | boolean | readonly string[] | undefined>
>;

/** A share from 0 to 1, as an option. */
export const share = z.number().min(0).max(1);

/** A share above 0 and up to 1, as an option. */
export const shareAboveNone = z.number().gt(0).max(1);

/** A probability that can be reached, as an option. */
export const reachable = z.number().gt(0).lt(1);

/** An amount such as dollars, as an option. */
export const amount = z.number().min(0);

/** A temperature of sampling, as an option. */
export const temperature = z.number().min(0).max(2);

/** Seconds that looking at this machine may take, as an option. */
export const seconds = z.number().min(0.5).max(3600);

/** What may leave of documents, as an option. */
export const labelled = z.enum(labels).default('extracts');

/** Whether clouds may be asked, as an option. */
export const allowed = z.enum(privacyModes as ['cloud-allowed', ...typeof privacyModes]);

/** A whole number of at least so much, as an option. */
export function whole(least: number) {
  return z.number().int().min(least);
}

/** A text of a form of its own, as an option; `is` says what it is. */
export function text(is: string, isRight: (given: string) => boolean) {
  return z.string().refine(isRight).meta({ is });
}

/** A day or a time of it, as an option. */
export const time = text(
  'an ISO date or time, such as 2026-01-31',
  given => !Number.isNaN(Date.parse(given)),
);

/**
 * Checks the options of a command and gives them their types and defaults; what is wrong is told in
 * the words of options of programs. Values that were read before are read again as they are.
 * @throws TandemError marked as wrong use
 */
export function readFlags(
  command: { readonly name: string; readonly options: OptionTable },
  given: Readonly<Record<string, unknown>>,
): OptionValues {
  const shape = Object.fromEntries(
    Object.entries({ ...command.options, ...sharedOptions }).map(([name, spec]) => [
      `--${name}`,
      schemaOf(spec),
    ]),
  );
  const typed = Object.entries(given).map(([name, value]) => {
    const schema = shape[`--${name}`];
    return [`--${name}`, schema ? asWanted(schema, value) : value];
  });
  const read = asWrongUse(() =>
    readOptions(z.strictObject(shape), Object.fromEntries(typed), `tandem ${command.name}`),
  );
  return Object.fromEntries(
    Object.entries(read).map(([name, value]) => [name.slice(2), value]),
  ) as OptionValues;
}

/** Names the default of an option, where its schema has one. */
export function defaultOf({ schema }: OptionSpec): string {
  const read = schema?.safeParse(undefined);
  const value = read?.success ? read.data : undefined;
  return value === undefined ? '' : ` (default: ${String(value)})`;
}

function schemaOf({ schema, type, multiple }: OptionSpec): z.ZodType {
  if (type === 'boolean') return z.boolean().optional();
  if (multiple) return z.array(schema ?? z.string().min(1)).optional();
  return schema ?? z.string().min(1).optional();
}

// A shell hands over texts: one that is written like a number is a number where none but that fits.
function asWanted(schema: z.ZodType, value: unknown): unknown {
  if (typeof value !== 'string' || value.trim() === '') return value;
  const number = Number(value);
  return Number.isNaN(number) || schema.safeParse(value).success ? value : number;
}

function asWrongUse<Read>(read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    if (!TandemError.isInstance(error)) throw error;
    const { code, message, data } = error;
    // An option that is repeated is a list, of which the user knows nothing.
    const said = message.replace(/`(--[\w-]+)\.\d+`/, '`$1`');
    throw new TandemError(code, said, { data: { ...data, wrongUse: true } });
  }
}
