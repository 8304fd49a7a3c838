import { isRefusal, logprobsOf } from '../../../src/entries/backends.ts';
import { type Answer, textOf } from '../../../src/index.ts';
import { chatAnnotation, urlCitationOf } from './annotations.ts';
import { customText } from './custom-tools.ts';
import { chatPicture, chatSound, pictureUrl } from './pictures.ts';
import type { ToolIds } from './tool-ids.ts';
import { chatUsage, sumUsage } from './usage.ts';

type FinishReason = Answer['finishReason'];
type ToolCall = Extract<Answer['content'][number], { type: 'tool-call' }>;

/** What the objects of one completion share. */
export interface Completion {
  readonly id: string;
  readonly created: number;
  readonly model: string;
}

/** What a whole completion is written with. */
export interface CompletionFacts {
  readonly ids: ToolIds;
  /** Tools whose calls are a text. */
  readonly custom?: ReadonlySet<string> | undefined;
  readonly tandem: object;
  readonly wantsLogprobs: boolean;
  /** Whether a call is written as it was before there were tools. */
  readonly isOlder?: boolean;
}

/** Writes a whole completion; `tandem` is what Tandem adds. */
export function completionOf(
  completion: Completion,
  answers: readonly Answer[],
  { ids, custom, tandem, wantsLogprobs, isOlder = false }: CompletionFacts,
): object {
  return {
    ...head(completion, 'chat.completion'),
    choices: answers.map((answer, index) => ({
      index,
      message: messageOf(answer, { ids, custom, isOlder }),
      logprobs: wantsLogprobs ? logprobBlock(answer) : null,
      finish_reason: finishReason(answer.finishReason, isOlder),
    })),
    usage: chatUsage(
      answers.length === 1 ? answers[0]!.usage : sumUsage(answers.map(({ usage }) => usage)),
    ),
    tandem,
  };
}

/** The fields that every object of a completion begins with. */
export function head({ id, created, model }: Completion, object: string) {
  return { id, object, created, model, system_fingerprint: 'fp_tandem' };
}

/** OpenAI's name of a finish reason. */
export function finishReason({ unified: reason, raw }: FinishReason, isOlder = false): string {
  if (reason === 'tool-calls') return isOlder ? 'function_call' : 'tool_calls';
  // A model that refuses by itself has come to its end; a filter has cut it.
  if (reason === 'content-filter') return raw === 'stop' ? 'stop' : 'content_filter';
  return reason === 'length' ? 'length' : 'stop';
}

/** A tool call as chat completions write it; its id remembers who made it. */
export function toolCallOf(call: ToolCall, ids: ToolIds, custom?: ReadonlySet<string>) {
  const { toolCallId: id, toolName: name, input: given } = call;
  if (custom?.has(name)) {
    const said = { name, input: customText(given) };
    return { id: ids.seal(id, speakerOf(call)), type: 'custom', custom: said };
  }
  return {
    id: ids.seal(id, speakerOf(call)),
    type: 'function',
    function: { name, arguments: given },
    ...extraOf(call),
  };
}

/** What Gemini wants back with a call: its thoughts, signed. */
export function extraOf(call: Pick<ToolCall, 'providerMetadata'>): object {
  const signature = signatureOf(call);
  return signature === undefined
    ? {}
    : { extra_content: { google: { thought_signature: signature } } };
}

/** The signed thoughts behind a tool call, as its model gave them. */
export function signatureOf({
  providerMetadata,
}: Pick<ToolCall, 'providerMetadata'>): string | undefined {
  const found = Object.values(providerMetadata ?? {}).map(each => each?.thoughtSignature);
  return found.find(each => typeof each === 'string');
}

/** Who made a tool call, as far as it is known by now. */
export function speakerOf({
  providerMetadata,
}: Pick<ToolCall, 'providerMetadata'>): string | undefined {
  const by = providerMetadata?.tandem?.by;
  return typeof by === 'string' ? by : undefined;
}

/** A single call as it was written before there were tools; several have no such form. */
export function olderCall(call: object): object | undefined {
  return 'function' in call ? { function_call: call.function } : undefined;
}

function messageOf(
  answer: Answer,
  { ids, custom, isOlder }: Pick<CompletionFacts, 'ids' | 'custom' | 'isOlder'>,
) {
  const calls = answer.content.filter((part): part is ToolCall => part.type === 'tool-call');
  const reasoning = answer.content
    .map(part => (part.type === 'reasoning' ? part.text : ''))
    .join('');
  const refusal = refusalIn(answer);
  const citations = answer.content.flatMap(part => urlCitationOf(part) ?? []);
  const pictures = answer.content.flatMap(part => pictureUrl(part) ?? []);
  const [sound] = answer.content.flatMap(part => chatSound(part) ?? []);
  const text = refusal === null ? textOf(answer) : '';
  const isNothing = text === '' && (calls.length > 0 || refusal !== null || sound !== undefined);
  return {
    role: 'assistant',
    content: isNothing ? null : text,
    refusal,
    ...(reasoning !== '' && { reasoning_content: reasoning }),
    ...(citations.length > 0 && { annotations: citations.map(chatAnnotation) }),
    ...(pictures.length > 0 && { images: pictures.map(chatPicture) }),
    ...(sound && { audio: sound }),
    ...callsOf(
      calls.map(call => toolCallOf(call, ids, custom)),
      isOlder,
    ),
  };
}

function callsOf(calls: readonly object[], isOlder = false): object | undefined {
  const [only, ...others] = calls;
  if (!only) return undefined;
  const older = isOlder ? olderCall(only) : undefined;
  return { ...(older && others.length === 0 ? undefined : { tool_calls: calls }), ...older };
}

/** The words of a refusal that the server gave as one; null for an answer. */
function refusalIn({ content }: Pick<Answer, 'content'>): string | null {
  const parts = content.filter(part => part.type === 'text' && isRefusal(part));
  return parts.length === 0 ? null : textOf({ content: parts });
}

/**
 * The log-probabilities of an answer as chat completions write them; null where the answerer gave
 * none.
 */
export function logprobBlock(answer: Pick<Answer, 'providerMetadata'>): object | null {
  const content = saidLogprobs(answer);
  return content.length === 0 ? null : { content, refusal: null };
}

/** A token with its log-probability, as OpenAI's APIs write it. */
export type SaidLogprob = ReturnType<typeof written> & { readonly top_logprobs: readonly object[] };

/** The log-probabilities of an answer, or of a piece of one. */
export function saidLogprobs(answer: Pick<Answer, 'providerMetadata'>): SaidLogprob[] {
  return (logprobsOf(answer as Answer) ?? []).map(({ top = [], ...said }) => ({
    ...written(said),
    top_logprobs: top.map(written),
  }));
}

function written({ token, logprob }: { readonly token: string; readonly logprob: number }) {
  return { token, logprob, bytes: [...Buffer.from(token)] };
}

/** Tells whether log-probabilities came without the likeliest tokens beside them. */
export function lacksTop(answer: Pick<Answer, 'providerMetadata'>): boolean {
  return logprobsOf(answer as Answer)?.some(({ top }) => top === undefined) ?? false;
}
