import { textOf, userCall } from '../../model/answer.ts';
import { failureOf } from '../../model/leaf/failure.ts';
import { logprobsOf, withLogprobs } from '../../model/leaf/logprobs.ts';
import type { Capabilities } from '../../model/leaf/model/capabilities.ts';
import type { Answer, Call, JsonSchema, LanguageModel } from '../../model/types.ts';
import { readStream } from './read-stream.ts';

/** How fast a model answered a small prompt. */
export interface Speed {
  /** Milliseconds until the first content. */
  readonly firstTokenMs: number;
  /**
   * Output tokens per second after the first; absent where the answer was too short, or uncounted.
   */
  readonly tokensPerSecond?: number;
}

/** What a probe found out. */
export interface Probe {
  /** What is absent could not be found out in time. */
  readonly capabilities: Capabilities;
  readonly speed?: Speed;
  /** Why the model answered nothing at all. */
  readonly failure?: string;
  /** Whether everything that can be found out was. */
  readonly isComplete: boolean;
}

/** What a probe is given. */
export interface ProbeOptions {
  /** Ends the probe; what was found by then is returned. */
  readonly signal: AbortSignal;
  /** What the server says of the context that it runs with. */
  readonly contextTokens?: number;
  /** Whether the server says that the model reads images. */
  readonly images?: boolean;
  /**
   * Asks for two answers to a prompt in one request; absent where the protocol has no such thing.
   */
  readonly askForTwo?: (prompt: string, signal: AbortSignal) => Promise<readonly string[]>;
}

/**
 * Finds out what a model can really do, by a few small calls, the cheapest first.
 * @example
 * ```ts
 * const probe = await probeModel(local, { signal: AbortSignal.timeout(10_000) });
 * ```
 */
export async function probeModel(model: LanguageModel, options: ProbeOptions): Promise<Probe> {
  let found: Capabilities = told(options);
  let speed: Speed | undefined;
  const ask = (call: Call) => model.doGenerate({ ...call, abortSignal: options.signal });
  const steps: (() => Promise<Capabilities>)[] = [
    async () => ({ logprobs: await hasLogprobs(ask) }),
    async () => ({ tools: await callsTools(ask) }),
    async () => ({ jsonSchema: await keepsToSchema(ask) }),
    async () => drawsByChance(ask),
    async () => (options.askForTwo ? { n: await givesTwo(options) } : {}),
    async () => cutsPrompts(ask, options.contextTokens),
  ];
  try {
    const first = await orEnd(streamProbe(model, options.signal), options.signal);
    found = { ...found, ...first.capabilities };
    speed = first.speed;
  } catch (error) {
    const failure = options.signal.aborted ? 'no answer in time' : wordsOf(error);
    return { capabilities: found, failure, isComplete: false };
  }
  // One at a time: a small server does nothing at the same time anyway. What fails stays unknown.
  for (const step of steps) {
    if (!options.signal.aborted)
      found = { ...found, ...(await orEnd(step(), options.signal).catch(() => ({}))) };
  }
  return { capabilities: found, ...(speed && { speed }), isComplete: !options.signal.aborted };
}

function told({ contextTokens, images }: ProbeOptions): Capabilities {
  return {
    ...(contextTokens !== undefined && { contextTokens }),
    ...(images !== undefined && { images }),
  };
}

// A model that does not listen to its signal must not hold up the rest.
function orEnd<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  work.catch(() => {});
  if (signal.aborted) return Promise.reject(signal.reason);
  return Promise.race([
    work,
    new Promise<never>((_, reject) =>
      signal.addEventListener('abort', () => reject(signal.reason), { once: true }),
    ),
  ]);
}

// What comes sooner was held back and handed over at once, by a proxy for one.
const leastWritingMs = 20;

async function streamProbe(
  model: LanguageModel,
  signal: AbortSignal,
): Promise<Pick<Probe, 'capabilities' | 'speed'>> {
  const begun = performance.now();
  const call = userCall('Count from one to twenty in words.', {
    maxOutputTokens: 32,
    temperature: 0,
  });
  const { stream } = await model.doStream({ ...call, abortSignal: signal });
  const { deltas, firstAt, usage } = await readStream(stream);
  const ended = performance.now();
  const output = usage?.outputTokens.total;
  const capabilities = { streaming: deltas > 1, streamUsage: output !== undefined };
  if (firstAt === undefined) return { capabilities };
  const writingMs = ended - firstAt;
  const rate =
    output !== undefined && output > 1 && writingMs >= leastWritingMs
      ? (output - 1) / (writingMs / 1000)
      : 0;
  const speed = {
    firstTokenMs: Math.round(firstAt - begun),
    ...(rate > 0 && { tokensPerSecond: round(rate) }),
  };
  return { capabilities, speed };
}

type AskOnce = (call: Call) => PromiseLike<Answer>;

async function hasLogprobs(ask: AskOnce): Promise<boolean> {
  const call = withLogprobs(
    userCall('Reply with the word: ready', { maxOutputTokens: 8, temperature: 0 }),
  );
  return orRefused(async () => logprobsOf(await ask(call)) !== undefined);
}

const wordSchema: JsonSchema = {
  type: 'object',
  properties: { word: { type: 'string' } },
  required: ['word'],
  additionalProperties: false,
};

async function callsTools(ask: AskOnce): Promise<boolean> {
  const tools = [
    {
      type: 'function' as const,
      name: 'report',
      description: 'Reports a word.',
      inputSchema: wordSchema,
    },
  ];
  const call = userCall('Call the tool `report` with the word "ready".', {
    tools,
    maxOutputTokens: 64,
    temperature: 0,
  });
  return orRefused(async () => (await ask(call)).content.some(part => part.type === 'tool-call'));
}

async function keepsToSchema(ask: AskOnce): Promise<boolean> {
  const call = userCall('Give the word "ready" as JSON.', {
    responseFormat: { type: 'json', schema: wordSchema, name: 'word' },
    maxOutputTokens: 64,
    temperature: 0,
  });
  return orRefused(async () => {
    try {
      const value = JSON.parse(textOf(await ask(call))) as { word?: unknown };
      return typeof value.word === 'string' && Object.keys(value).length === 1;
    } catch (error) {
      if (error instanceof SyntaxError) return false;
      throw error;
    }
  });
}

const chancePrompt = 'Write five random numbers from 1 to 999, with commas between.';

// Same numbers for the same seed and others for others; or always others, or always the same.
async function drawsByChance(ask: AskOnce): Promise<Capabilities> {
  const draw = async (seed: number) =>
    textOf(await ask(userCall(chancePrompt, { seed, temperature: 1, maxOutputTokens: 24 })));
  let found: Capabilities = { seed: false };
  const isTaken = await orRefused(async () => {
    const first = await draw(7);
    if ((await draw(7)) !== first) found = { seed: false, samples: true };
    else if ((await draw(8)) !== first || (await draw(9)) !== first)
      found = { seed: true, samples: true };
    else found = { samples: false };
    return true;
  });
  return isTaken ? found : { seed: false };
}

// Two that are alike would pass for agreement.
async function givesTwo({ askForTwo, signal }: ProbeOptions): Promise<boolean> {
  const given = (await askForTwo?.(chancePrompt, signal)) ?? [];
  return given.length === 2 && given[0] !== given[1];
}

// Longer contexts take minutes to fill; what is not known of them stays unknown.
const mostProbed = 8192;

async function cutsPrompts(ask: AskOnce, contextTokens: number | undefined): Promise<Capabilities> {
  if (contextTokens !== undefined && contextTokens > mostProbed) return {};
  const words = Math.ceil((contextTokens ?? 4096) * 1.3);
  try {
    // One token to a word, in nearly every vocabulary.
    const { usage } = await ask(userCall('the '.repeat(words), { maxOutputTokens: 1 }));
    const read = usage.inputTokens.total;
    if (read === undefined) return {};
    return read < words * 0.8
      ? { truncates: true, contextTokens: contextTokens ?? read }
      : { truncates: false };
  } catch (error) {
    if (failureOf(error) !== 'context_overflow') throw error;
    const { contextTokens: told } = (error as { data?: { contextTokens?: number } }).data ?? {};
    // Ours saw the cut, the server did not say so.
    return told === undefined ? { truncates: false } : { truncates: true, contextTokens: told };
  }
}

// A server that refuses a parameter has answered the question.
async function orRefused(work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    if (['rejected', 'protocol', 'unavailable'].includes(failureOf(error))) return false;
    throw error;
  }
}

function round(rate: number): number {
  return Math.round(rate * 10) / 10;
}

function wordsOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]!.slice(0, 200);
}
