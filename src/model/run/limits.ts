import * as z from 'zod';
import { later } from '../../algorithms/later.ts';
import type { OfSchema } from '../of-schema.ts';

/**
 * What runs may spend and how patient they are, as configurations are checked and programs typed.
 * The path of a call takes the types alone, so that no schema is made on it.
 */

export const price = later(() =>
  z.strictObject({
    input: z.number().min(0),
    /** Price of cached input tokens. Default: the input price. */
    cachedInput: z.number().min(0).optional(),
    output: z.number().min(0),
  }),
);

/** Price of a model in US dollars per million tokens. */
export type Price = OfSchema<typeof price>;

export const localPrice = later(() =>
  z.union([
    z.literal(0),
    z.strictObject({ usdPerHour: z.number().min(0) }),
    z.strictObject({ watts: z.number().min(0), usdPerKwh: z.number().min(0) }),
  ]),
);

/**
 * What time on this device costs: US dollars an hour, or watts at a price of the kilowatt-hour; 0
 * for nothing.
 */
export type LocalPrice = OfSchema<typeof localPrice>;

const allowance = later(() =>
  z.strictObject({
    usd: z.number().min(0).optional(),
    tokens: z.number().int().min(0).optional(),
  }),
);

/**
 * What may be spent: US dollars on any call, tokens (input and output) on calls to a cloud. Each 0
 * or more.
 */
export type Allowance = OfSchema<typeof allowance>;

export const budget = later(() =>
  allowance().extend({
    /** Of every single call. */
    perCall: allowance().optional(),
    /** Of all runs in the journal since midnight UTC, this one included; it needs a journal. */
    perDay: allowance().optional(),
    /** Of this run, by model id; here tokens count for models on the device too. */
    perModel: z.record(z.string(), allowance()).optional(),
  }),
);

/**
 * What a run may spend; every limit is checked before a call, against the most that the call can
 * cost.
 */
export type BudgetLimits = OfSchema<typeof budget>;

export const retry = later(() =>
  z.strictObject({
    /** Tries in all, 1 or more. Default: 3. */
    tries: z.number().int().min(1),
    /** First pause in milliseconds; doubled each time, with jitter. Default: 500. */
    baseMs: z.number().min(0),
    /** A `Retry-After` longer than this fails at once. Default: 30,000. */
    maxWaitMs: z.number().min(0),
  }),
);

/** How often and how patiently a leaf is asked again after a transient failure. */
export type RetryPolicy = OfSchema<typeof retry>;

export const breaker = later(() =>
  z.strictObject({
    /**
     * Calls in a row that failed because the place was closed, each after its retries. Default: 5.
     */
    failures: z.number().int().min(1),
    /** Milliseconds until one call may try again. Default: 30,000. */
    coolDownMs: z.number().positive(),
  }),
);

/** When a model that fails again and again is left alone for a while. */
export type BreakerPolicy = OfSchema<typeof breaker>;
