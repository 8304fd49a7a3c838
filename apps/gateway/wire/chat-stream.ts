import { isRefusal, lateWarningsOf } from '../../../src/entries/backends.ts';
import { type StreamPart, summaryOf } from '../../../src/index.ts';
import type { Choice } from '../work/ask-model.ts';
import { chatAnnotation, urlCitationOf } from './annotations.ts';
import { type CallDeltas, callDeltas } from './call-deltas.ts';
import { type Completion, finishReason, head, logprobBlock, olderCall } from './chat-answer.ts';
import { chatPicture, chatSound, pictureUrl } from './pictures.ts';
import { citationOf, type Said, tandemObject, warningText } from './tandem-object.ts';
import type { ToolIds } from './tool-ids.ts';
import { chatUsage, sumUsage } from './usage.ts';

/** What a streamed completion is written with. */
export interface ChatWriter {
  readonly completion: Completion;
  readonly ids: ToolIds;
  /** Tools whose calls are a text. */
  readonly custom?: ReadonlySet<string> | undefined;
  readonly count: number;
  /** Whether a call is written as it was before there were tools. */
  readonly isOlder?: boolean;
  readonly wantsLogprobs: boolean;
  readonly includesUsage: boolean;
  readonly runId: string;
  readonly warnings: readonly string[];
  /** Called at the end with what was said; it may add the trace. */
  ended(said: Said): Said;
}

type Finish = Extract<StreamPart, { type: 'finish' }>;

/** Writes a completion as server-sent events, each as soon as its part has come. */
export async function* chatEvents(
  parts: AsyncGenerator<Choice>,
  writer: ChatWriter,
): AsyncGenerator<string> {
  const base = head(writer.completion, 'chat.completion.chunk');
  // All chunks begin alike: this much is written once.
  const opening = `data: ${JSON.stringify(base).slice(0, -1)},"choices":[`;
  // A client that asks for the usage is told that it is still to come.
  const tail = writer.includesUsage ? '],"usage":null' : ']';
  const state = stateOf(writer);
  let last: string | undefined;
  for await (const [index, part] of parts) {
    const delta = deltaOf(part, { index, state });
    if (delta !== undefined) {
      const role = state.hasRole[index] ? '' : '"role":"assistant",';
      state.hasRole[index] = true;
      yield `${opening}{"index":${index},"delta":{${role}${delta}},` +
        `"logprobs":${logprobsWith(part, index, state)},"finish_reason":null}${tail}}\n\n`;
    }
    if (part.type !== 'finish') continue;
    state.finishes.push(part);
    for (const warning of lateWarningsOf(part)) state.warnings.add(warningText(warning));
    const choice = `${opening}${closing(index, part, state)}`;
    if (state.finishes.length < writer.count) yield `${choice}${tail}}\n\n`;
    else last = choice;
  }
  // The run has ended with its last part: its tree is whole only now.
  if (last !== undefined) yield* ending(opening, `${last}${tail}`, { state, writer });
}

function stateOf(writer: ChatWriter): State {
  return {
    finishes: [] as Finish[],
    warnings: new Set(writer.warnings),
    citations: [] as object[],
    calls: Array.from({ length: writer.count }, () => callDeltas(writer.ids, writer.custom)),
    hasRole: Array.from({ length: writer.count }, () => false),
    isOlder: writer.isOlder === true,
    isWeighed: writer.wantsLogprobs,
    hasLogprobs: [] as boolean[],
    refusals: new Set<string>(),
    pictures: 0,
  };
}

interface State {
  readonly finishes: Finish[];
  readonly warnings: Set<string>;
  readonly citations: object[];
  readonly calls: CallDeltas[];
  readonly hasRole: boolean[];
  readonly isOlder: boolean;
  /** Whether log-probabilities go along. */
  readonly isWeighed: boolean;
  /** Choices whose log-probabilities have come with their text. */
  readonly hasLogprobs: boolean[];
  /** Texts that are refusals, by choice and id. */
  readonly refusals: Set<string>;
  pictures: number;
}

function deltaOf(
  part: StreamPart,
  { index, state }: { index: number; state: State },
): string | undefined {
  if (part.type === 'text-delta') {
    const isRefused = state.refusals.size > 0 && state.refusals.has(`${index} ${part.id}`);
    return `"${isRefused ? 'refusal' : 'content'}":${JSON.stringify(part.delta)}`;
  }
  if (part.type === 'text-start' && isRefusal(part)) state.refusals.add(`${index} ${part.id}`);
  if (part.type === 'reasoning-delta') return `"reasoning_content":${JSON.stringify(part.delta)}`;
  const call = state.calls[index]!(part);
  if (call) return callDelta(call, state.isOlder);
  if (part.type === 'source') {
    state.citations.push(...citationOf(part));
    const citation = urlCitationOf(part);
    if (citation) return `"annotations":[${JSON.stringify(chatAnnotation(citation))}]`;
  }
  if (part.type === 'stream-start')
    for (const warning of part.warnings) state.warnings.add(warningText(warning));
  return part.type === 'file' ? fileDelta(part, state) : undefined;
}

function fileDelta(part: StreamPart, state: State): string | undefined {
  const picture = pictureUrl(part);
  if (picture) return `"images":[${JSON.stringify(chatPicture(picture, state.pictures++))}]`;
  const sound = chatSound(part);
  return sound && `"audio":${JSON.stringify(sound)}`;
}

// The first call alone has the older form.
function callDelta(call: { readonly index: number }, isOlder: boolean): string {
  const older = isOlder && call.index === 0 ? olderCall(call) : undefined;
  return older ? JSON.stringify(older).slice(1, -1) : `"tool_calls":[${JSON.stringify(call)}]`;
}

function logprobsWith(part: StreamPart, index: number, state: State): string {
  if (!state.isWeighed || part.type !== 'text-delta') return 'null';
  const block = logprobBlock(part);
  if (block) state.hasLogprobs[index] = true;
  return JSON.stringify(block);
}

function closing(index: number, part: Finish, state: State): string {
  const { isWeighed, hasLogprobs, isOlder } = state;
  const wantsLogprobs = isWeighed && !hasLogprobs[index];
  const logprobs = wantsLogprobs ? logprobBlock(part) : null;
  const choice = {
    index,
    delta: {},
    logprobs,
    finish_reason: finishReason(part.finishReason, isOlder),
  };
  return JSON.stringify(choice);
}

// What Tandem adds stands on the last chunk that has a choice: every client reads that one.
function* ending(
  opening: string,
  choice: string,
  { state, writer }: { state: State; writer: ChatWriter },
) {
  const said = writer.ended({
    runId: writer.runId,
    summaries: state.finishes.map(summaryOf),
    warnings: [...state.warnings],
    citations: state.citations,
  });
  const tandem = JSON.stringify(tandemObject(said));
  yield `${choice},"tandem":${tandem}}\n\n`;
  if (writer.includesUsage) {
    const usages = state.finishes.map(({ usage }) => usage);
    const usage = chatUsage(usages.length === 1 ? usages[0]! : sumUsage(usages));
    yield `${opening}],"usage":${JSON.stringify(usage)}}\n\n`;
  }
  yield 'data: [DONE]\n\n';
}
