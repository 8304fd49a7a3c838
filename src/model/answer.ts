import { unknownUsage, usageOf } from './leaf/cost/usage.ts';
import type { Answer, Call, Content, StreamPart, Warning } from './types.ts';

type Finish = Extract<StreamPart, { type: 'finish' }>;

/**
 * Joins the text parts of an answer.
 * @example
 * ```ts
 * const answer = await cloud.doGenerate(userCall('Name a prime.'));
 * console.log(textOf(answer));
 * ```
 */
export function textOf(answer: Pick<Answer, 'content'>): string {
  let text = '';
  for (const part of answer.content) if (part.type === 'text') text += part.text;
  return text;
}

/**
 * Makes an answer of a text that no model is charged for.
 * @example
 * ```ts
 * return settle(textAnswer('We are closed today.'), { reason: 'closed' });
 * ```
 */
export function textAnswer(text: string, more: readonly Content[] = []): Answer {
  return {
    content: [{ type: 'text', text }, ...more],
    finishReason: { unified: 'stop', raw: undefined },
    usage: usageOf(0, 0),
    warnings: [],
  };
}

/**
 * Makes a call of one user message; other options may be given.
 * @example
 * ```ts
 * const call = userCall('Translate: Guten Tag', { system: 'Answer in English.', temperature: 0 });
 * ```
 */
export function userCall(
  text: string,
  options: Omit<Call, 'prompt'> & { system?: string } = {},
): Call {
  const { system, ...rest } = options;
  return {
    ...rest,
    prompt: [
      ...(system === undefined ? [] : [{ role: 'system' as const, content: system }]),
      { role: 'user', content: [{ type: 'text', text }] },
    ],
  };
}

/** Tells whether an answer holds anything that a caller can use: thinking alone is nothing. */
export function isEmpty(answer: Pick<Answer, 'content'>): boolean {
  for (const part of answer.content)
    if (
      part.type === 'text' ? part.text.trim() : part.type !== 'source' && part.type !== 'reasoning'
    )
      return false;
  return true;
}

/**
 * Streams a finished answer: the one way in which an answer that nobody streamed becomes a stream.
 */
export function* replay(answer: Answer): Generator<StreamPart> {
  yield { type: 'stream-start', warnings: answer.warnings };
  let block = 0;
  for (const part of answer.content) yield* replayContent(part, String(block++));
  yield finishOf(answer);
}

/** Makes the last part of a stream of an answer. */
export function finishOf({ finishReason, usage, providerMetadata }: Answer): Finish {
  return { type: 'finish', finishReason, usage, ...(providerMetadata && { providerMetadata }) };
}

function* replayContent(part: Content, id: string): Generator<StreamPart> {
  if (part.type === 'text' || part.type === 'reasoning') {
    const metadata = part.providerMetadata && { providerMetadata: part.providerMetadata };
    yield { type: `${part.type}-start`, id, ...metadata };
    if (part.text !== '') yield { type: `${part.type}-delta`, id, delta: part.text };
    yield { type: `${part.type}-end`, id, ...metadata };
  } else if (part.type === 'tool-call') {
    const metadata = part.providerMetadata && { providerMetadata: part.providerMetadata };
    yield { type: 'tool-input-start', id: part.toolCallId, toolName: part.toolName, ...metadata };
    yield { type: 'tool-input-delta', id: part.toolCallId, delta: part.input };
    yield { type: 'tool-input-end', id: part.toolCallId };
    yield part;
  } else yield part;
}

const unfinished: Omit<Finish, 'type'> = {
  finishReason: { unified: 'other', raw: undefined },
  usage: unknownUsage,
};

/**
 * Builds the finished answer of a stream, part by part.
 * @example
 * ```ts
 * const { stream } = await cloud.doStream(call);
 * const collector = answerCollector();
 * for await (const part of stream) collector.add(part);
 * console.log(textOf(collector.answer()));
 * ```
 */
export function answerCollector(): { add(part: StreamPart): void; answer(): Answer } {
  const content: Content[] = [];
  const open = new Map<string, { text: string }>();
  const warnings: Answer['warnings'] = [];
  let ending: Omit<Finish, 'type'> = unfinished;
  return {
    add(part) {
      switch (part.type) {
        case 'text-delta':
        case 'reasoning-delta': {
          const block = open.get(part.id);
          if (block) block.text += part.delta;
          break;
        }
        case 'text-start':
        case 'reasoning-start': {
          const block = {
            type: part.type === 'text-start' ? ('text' as const) : ('reasoning' as const),
            text: '',
            ...(part.providerMetadata && { providerMetadata: part.providerMetadata }),
          };
          open.set(part.id, block);
          content.push(block);
          break;
        }
        case 'stream-start':
          warnings.push(...part.warnings);
          break;
        case 'finish':
          ending = part;
          if (part.providerMetadata?.[key]) warnings.push(...lateWarningsOf(part));
          break;
        case 'tool-call':
        case 'tool-result':
        case 'tool-approval-request':
        case 'source':
        case 'file':
        case 'reasoning-file':
        case 'custom':
          content.push(part);
      }
    },
    answer() {
      const { finishReason, usage, providerMetadata } = ending;
      const metadata = providerMetadata && { providerMetadata };
      return { content, warnings, finishReason, usage, ...metadata };
    },
  };
}

// What opens a block shows nothing yet.
const silent = new Set([
  'stream-start',
  'response-metadata',
  'raw',
  'ping',
  'error',
  'finish',
  'text-start',
  'reasoning-start',
  'tool-input-start',
]);

/** Tells whether a part of a stream shows something of the answer. */
export function isContent(part: StreamPart): boolean {
  return !silent.has(part.type);
}

// Where a leaf's own notes stand in a provider's metadata.
const key = 'leaf';

/** Lets the end of a stream carry warnings that were not known when it began. */
export function withLateWarnings(part: Finish, warnings: readonly Warning[]): Finish {
  if (warnings.length === 0) return part;
  const own = { ...part.providerMetadata?.[key], warnings: warnings as never };
  return { ...part, providerMetadata: { ...part.providerMetadata, [key]: own } };
}

/**
 * Reads the warnings that the end of a stream carries.
 * @example
 * ```ts
 * const { stream } = await cloud.doStream(call);
 * for await (const part of stream) if (part.type === 'finish') console.log(lateWarningsOf(part));
 * ```
 */
export function lateWarningsOf({
  providerMetadata,
}: Pick<Answer, 'providerMetadata'>): readonly Warning[] {
  return (providerMetadata?.[key]?.warnings ?? []) as unknown as readonly Warning[];
}
