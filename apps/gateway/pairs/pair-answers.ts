/** What the routes of pairs answer, as schemas. */
import * as z from 'zod';
import * as answers from '../answers.ts';

const count = z.number().int().min(0);
const text = z.string();
const number = z.number().nullable();

export const estimate = z.object({
  count,
  characters: count,
  /** By the lengths of the local answers; null where a price is unknown. */
  costUsd: number,
  destination: text,
});

export const pairList = z.object({
  object: z.literal('pairs'),
  /** Runs whose question is kept. */
  sampled: count,
  /** Of them, those that both models have answered. */
  whole: count,
  rated: count,
  /** The next pairs in the order of chance, their answers in an order of chance too. */
  data: z.array(z.object({ run: text, model: text, question: text, first: text, second: text })),
  /** What asking the other model for the next would come to; null where nobody may, or none is. */
  ask: estimate.nullable(),
  mayRate: z.boolean(),
  keeping: z.enum(['content', 'hashes', 'nothing']),
});

export const askedOthers = z.object({
  object: z.literal('pairs.asked'),
  asked: count,
  costUsd: number,
  /** Why it ended early; null where it did not. */
  stopped: text.nullable(),
});

export const ratedPair = z.object({
  object: z.literal('pair.rating'),
  run: text,
  right: z.enum(['local', 'cloud', 'both', 'neither']),
});

export const calibrated = z.object({
  object: z.literal('calibration'),
  rows: count,
  name: text,
  /** What holds, in the words of `tandem calibrate`; null where nothing does. */
  guarantee: text.nullable(),
  /** Why there is no calibration; null where there is one. */
  refusal: text.nullable(),
  threshold: number,
  warnings: z.array(text),
  /** Share of requests that go to the cloud, and what is right then, from point to point. */
  curve: z.array(z.object({ escalation: z.number(), accuracy: z.number(), ratio: z.number() })),
  expected: z
    .object({ escalation: z.number(), accuracy: z.number(), ratio: z.number() })
    .nullable(),
  /** The file that a cascade is given. */
  file: text,
  calibration: z.record(text, z.unknown()).nullable(),
  /** How the same is had from the command line. */
  command: text,
});

export const log = answers.plainText;
