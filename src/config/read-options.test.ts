import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { readOptions } from './read-options.ts';

const schema = z.strictObject({
  k: z.number().int().min(1).max(50).default(3),
  share: z.number().min(0).max(1).optional(),
  wait: z.number().positive().optional(),
  way: z.enum(['left', 'right']).optional(),
  pair: z.tuple([z.number().min(0).max(2), z.number().min(0).max(2)]).optional(),
  late: z.union([z.number().min(0), z.literal('p95')]).optional(),
  band: z.strictObject({ from: z.number().min(0) }).optional(),
  names: z.array(z.string().min(1)).min(1).optional(),
  task: z.custom<() => void>(value => typeof value === 'function').meta({ is: 'a function' }),
});
const task = () => {};
const told = (given: unknown) => {
  try {
    return readOptions(schema, given, 'maker');
  } catch (error) {
    return (error as Error).message;
  }
};

describe('options', () => {
  it('are completed, and what a program gives stays the very same', () => {
    const read = readOptions(schema, { task, share: undefined }, 'maker');
    expect(read).toMatchObject({ k: 3 });
    expect(read.task).toBe(task);
  });

  it.each([
    [
      { k: 0 },
      'maker: `k` must be a whole number from 1 to 50, got 0. Leave it out for the default.',
    ],
    [{ k: 'many' }, 'maker: `k` must be a whole number from 1 to 50, got "many".'],
    [{ k: Number.NaN }, 'maker: `k` must be a whole number from 1 to 50, got NaN.'],
    [{ wait: 0 }, 'maker: `wait` must be a number above 0, got 0.'],
    [{ way: 'up' }, 'maker: `way` must be one of "left", "right", got "up".'],
    [{ pair: [0, 3] }, 'maker: `pair.1` must be a number from 0 to 2, got 3.'],
    [{ late: -1 }, 'maker: `late` must be a number of at least 0, or "p95", got -1.'],
    [{ band: { from: -1 } }, 'maker: `band.from` must be a number of at least 0, got -1.'],
    [
      { names: [] },
      'maker: `names` must be a list that is not empty, each a text that is not empty',
    ],
    [{ task: 'x'.repeat(100) }, `maker: \`task\` must be a function, got "${'x'.repeat(59)}…`],
    [{ sharee: 1 }, 'maker has the unknown key "sharee". Did you mean "share"?'],
    [{ band: { form: 1 } }, 'maker → band has the unknown key "form". Did you mean "from"?'],
    [{ elsewhere: 1 }, 'maker has the unknown key "elsewhere". Known: k, share, wait, way, pair'],
  ])('that are wrong are told in words: %j', (given, words) => {
    expect(told({ task, ...given })).toContain(words);
  });

  it('of no object at all are an error too', () => {
    expect(told(undefined)).toBe(
      'maker: the options must be an object, got nothing. Give such a value.',
    );
    expect(told([])).toBe('maker: the options must be an object, got a list. Give such a value.');
  });

  it('that may be credentials are not quoted', () => {
    const secret = z.strictObject({ apiKey: z.number(), hash: z.literal('x') });
    const refused = () => readOptions(secret, { apiKey: 'sk-live-123', hash: 'x' }, 'gateway');
    const address = z.strictObject({ endpoint: z.enum(['none']) });
    const withPassword = { endpoint: 'ftp://me:my-word@host/' };
    expect(() => readOptions(address, withPassword, 'gateway')).toThrow('"none", got another text');
    expect(refused).toThrow('`apiKey` must be a number, got another text.');
  });
});
