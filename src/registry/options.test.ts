import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { resolveConfig } from '../config/resolve-config.ts';
import {
  agreement,
  bySignal,
  confident,
  extractive,
  notConfigured,
  retrieval,
  selfCheck,
  selfReport,
} from '../index.ts';
import { TandemError } from '../model/errors.ts';
import { cascade } from '../patterns/cascade/cascade.ts';
import { verifier } from '../patterns/cascade/gates/verifier.ts';
import { cascadeOptions } from '../patterns/cascade/options.ts';
import { chain } from '../patterns/chain/chain.ts';
import { chainOptions } from '../patterns/chain/options.ts';
import { maker } from '../patterns/maker/maker.ts';
import { makerOptions } from '../patterns/maker/options.ts';
import { minions } from '../patterns/minions/minions.ts';
import { minionsOptions } from '../patterns/minions/options.ts';
import { routerOptions } from '../patterns/router/options.ts';
import { router } from '../patterns/router/router.ts';
import { model } from './model.ts';
import { patternByName } from './patterns.ts';

const [local, cloud] = [extractive(), notConfigured()];
const pair = { local, cloud };
const programs = {
  cascade: { make: cascade, schema: cascadeOptions, models: pair },
  router: { make: router, schema: routerOptions, models: pair },
  maker: { make: maker, schema: makerOptions, models: { solver: local, planner: cloud } },
  minions: { make: minions, schema: minionsOptions, models: pair },
  chain: { make: chain, schema: chainOptions, models: { worker: local, manager: cloud } },
} as unknown as Record<
  string,
  { make: (options: object) => unknown; schema: z.ZodObject; models: object }
>;

/** Values that no schema of the kind takes: too small, too large, of another type. */
function wrongFor(schema: z.ZodType): unknown[] {
  const inner = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
  if (inner) return wrongFor(schema.unwrap() as z.ZodType);
  if (!(schema instanceof z.ZodNumber)) return [[7], 7.5e9];
  const [least, most] = [schema.minValue ?? 0, schema.maxValue ?? 1e15];
  return [least - 1, most + 1, 'many', ...(schema.isInt ? [least + 0.5] : [])];
}

function told(make: () => unknown): { code: string; words: string } {
  try {
    make();
  } catch (error) {
    if (!TandemError.isInstance(error)) throw error;
    return { code: error.code, words: error.message.replace(/^(the pattern "p"|\w+):? /, '') };
  }
  throw new Error('nothing was refused');
}

const inProgram = (name: string, options: object) => () =>
  programs[name]!.make({ ...programs[name]!.models, ...options });
const inConfig = (name: string, options: object) => () =>
  resolveConfig(
    { models: { local, cloud }, patterns: { p: { pattern: name, ...options } } } as never,
    {
      model,
      patternByName,
    },
  ).find('p');

const keys = Object.keys(programs).flatMap(name =>
  Object.entries(patternByName[name]!.options.shape)
    .filter(([key]) => Object.hasOwn(programs[name]!.schema.shape, key))
    .map(([key, schema]) => ({ name, key, schema: schema as z.ZodType })),
);

describe('an option is refused in the same words wherever it is given', () => {
  it.each(keys)('$name: $key', ({ name, key, schema }) => {
    // What a program may give and a configuration may not is said in the program alone.
    const isShared = programs[name]!.schema.shape[key] === schema;
    for (const value of wrongFor(schema)) {
      const program = told(inProgram(name, { [key]: value }));
      expect(program).toMatchObject({ code: 'invalid_argument' });
      if (isShared) expect(told(inConfig(name, { [key]: value }))).toEqual(program);
    }
    const misspelt = { [`${key}x`]: 1 };
    const program = told(inProgram(name, misspelt));
    expect(program).toMatchObject({ code: 'unknown_name' });
    expect(program.words).toContain(`has the unknown key "${key}x". Did you mean "${key}"?`);
    expect(told(inConfig(name, misspelt))).toEqual(program);
  });

  it.each(Object.keys(programs))('%s without its models is no TypeError', name => {
    const { make } = programs[name]!;
    const told = () => make({});
    expect(told).toThrow(TandemError);
    expect(told).toThrow(/must be a model, or a spec such as "ollama:phi4-mini"/);
    expect(() => make(undefined as never)).toThrow(TandemError);
  });
});

describe('an option of a gate is refused in the same words', () => {
  it.each([
    ['agreement', agreement, { samples: 30 }],
    ['agreement', agreement, { threshold: 1.5 }],
    ['agreement', agreement, { key: 'colour' }],
    ['confident', confident, { quantile: -1 }],
    ['self-check', selfCheck, { checks: 0 }],
    ['verifier', verifier, { checks: 26 }],
    ['verifier', verifier, { examples: [{ question: 'q', answer: 'a' }] }],
    ['self-report', selfReport, { threshold: '0.5' }],
    ['retrieval', retrieval, { threshold: 2 }],
  ] as const)('%s', (gate, make, options) => {
    const program = told(() => make(options as never));
    const words = program.words.replace(', or a function', '');
    expect(told(inConfig('cascade', { gate, ...options }))).toEqual({ ...program, words });
  });

  it('and a misspelt key is told with the nearest', () => {
    expect(() => agreement({ sample: 3 } as never)).toThrow('Did you mean "samples"?');
    expect(() => bySignal({ confident: { quantil: 1 } } as never)).toThrow('bySignal → confident');
  });
});

describe('a spec stands wherever a model does', () => {
  it('in options of programs, made by the schemes of this package', () => {
    const made = cascade({ local: 'extractive:', cloud: 'none:' }) as { modelId: string };
    expect(made.modelId).toMatch(/^cascade\(/);
  });

  it('and is refused where no scheme bears its name, with the nearest one', () => {
    const wrong = () => cascade({ local: 'olama:phi4-mini', cloud: 'none:' });
    expect(wrong).toThrow('Did you mean `ollama:phi4-mini`');
  });
});
