/** What the routes of the page answer, as schemas. */
import * as z from 'zod';

const count = z.number().int().min(0);
const text = z.string();
const words = text.nullable();
const number = z.number().nullable();

/** A run in a list: figures, and its first words where the caller may see texts. */
export const listedRun = z.object({
  id: text,
  begunAt: text,
  endedAt: words,
  ms: number,
  state: z.enum(['running', 'done', 'failed', 'cancelled', 'interrupted']),
  error: words,
  key: words,
  pattern: words,
  model: words,
  answeredBy: words,
  place: words,
  degraded: z.boolean(),
  calls: count,
  cloudCalls: count,
  costUsd: number,
  savedUsd: number,
  baseline: words,
  leftCalls: count,
  leftCharacters: count,
  title: words,
  /** What a person said: `up`, `down`, or which answer of its pair is right, such as `cloud`. */
  rated: words,
});

const keeping = z.enum(['content', 'hashes', 'nothing']);

export const runList = z.object({
  object: z.literal('list'),
  data: z.array(listedRun),
  next: words,
  /** A place just before the first of the page. */
  anchor: words,
  /** All runs where nothing is filtered; null where only part of them was looked through. */
  total: count.nullable(),
  /** Where a filter gave up for this request; ask on with `next`. */
  lookedBackTo: words,
  keeping,
});

export const runCall = z.object({
  seq: count,
  trail: z.array(text),
  model: text,
  place: text,
  startMs: z.number(),
  ms: number,
  inputTokens: number,
  outputTokens: number,
  costUsd: number,
  characters: count,
  attempts: count,
  isFinished: z.boolean(),
});
export const callList = z.object({
  object: z.literal('list'),
  data: z.array(runCall),
  total: count,
});

const box = z.object({
  page: z.number(),
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
});
const citation = z.looseObject({
  id: text,
  title: text.optional(),
  page: z.number().optional(),
  line: z.number().optional(),
  heading: text.optional(),
  quote: text.optional(),
  /** Its lines on pages of a PDF, in points from the lower left corner. */
  boxes: z.array(box).optional(),
});
export const callContent = z.object({
  object: z.literal('call.content'),
  seq: count,
  model: text,
  text,
  thinking: text,
  tools: z.array(z.object({ name: text, input: text })),
  citations: z.array(citation),
});

const decision = z.object({
  trail: z.array(text),
  answeredBy: text,
  place: text,
  reason: text,
  confidence: number,
  degraded: z.boolean(),
});
const egressEvent = z.object({
  run: text,
  at: text,
  destination: text,
  place: text,
  purpose: text,
  characters: count,
  tokens: count,
  contentHash: text,
  masked: count,
  label: text,
  pruned: z.boolean(),
});
export const runDetails = z.object({
  object: z.literal('run.details'),
  run: listedRun,
  reason: words,
  summary: z.record(text, z.unknown()).nullable(),
  decisions: z.array(decision),
  documents: z.array(z.object({ hash: text, title: text, characters: count, label: text })),
  egress: z.array(egressEvent),
  calls: z.array(runCall),
  callCount: count,
  /** The call whose words are the answer; null where it is made of several. */
  answerCall: count.nullable(),
  /** The places of documents that the answer rests on. */
  evidence: z.array(citation),
  /** What was asked, to be asked again elsewhere; null where it is not kept, or must not leave. */
  request: z.record(text, z.unknown()).nullable(),
  keeping,
});

export const egressContent = z.object({
  object: z.literal('egress.content'),
  contentHash: text,
  messages: z.array(z.object({ role: text, text })),
});

export const egressList = z.object({
  object: z.literal('list'),
  data: z.array(egressEvent),
  next: words,
  totals: z.array(
    z.object({ destination: text, calls: count, characters: count, tokens: count, masked: count }),
  ),
  removed: z.array(z.object({ at: text, before: text, kind: text, count })),
  keeping,
});

const daySums = z.object({
  day: text,
  key: words,
  pattern: words,
  answeredBy: words,
  place: words,
  baseline: words,
  runs: count,
  failed: count,
  calls: count,
  cloudCalls: count,
  costUsd: z.number(),
  unpriced: count,
  savedUsd: z.number(),
  compared: count,
  leftCalls: count,
  leftCharacters: count,
});
export const spendList = z.object({
  object: z.literal('list'),
  data: z.array(daySums),
  /** Runs whose saving is not added up: nobody configured the model it is counted against. */
  withheld: count,
  keeping,
});

export const machine = z.object({
  object: z.literal('machine'),
  version: text,
  isAlone: z.boolean(),
  keeping,
  journal: words,
  mode: text,
  keeps: z.object({ runs: words, egress: words }),
  models: z.array(
    z.object({
      ...{ name: text, kind: text, modelId: text, place: text },
      /** What the calibration of a cascade guarantees, in its words. */
      guarantee: words,
    }),
  ),
  scopes: z.array(text),
});
