import {
  type CallableTool,
  type WrittenCalls,
  writtenCalls,
} from '../../../algorithms/text/written/written-calls.ts';
import type { Call, LanguageModel, ToolCall } from '../../types.ts';
import { capabilitiesOf } from '../model/capabilities.ts';
import { defineFact } from '../model/model-record.ts';

/** What an answer is read for. */
export interface ReadFor {
  readonly call: Call;
  readonly model: LanguageModel;
}

// Whether thinking was seen to begin without a tag: the template of such a model writes the tag.
const beginsHidden = defineFact<boolean>('thinks without an opening tag');

/** Tells whether thinking may begin without a tag. */
export function mayThinkHidden(model: LanguageModel): boolean {
  return beginsHidden.of(model) === true;
}

/** Remembers that thinking began without a tag. */
export function noteHidden(model: LanguageModel): void {
  beginsHidden.note(model, true);
}

/**
 * Whether a server is told that one tool at most is to be called at once: what it does then is its
 * own.
 */
export const toldOneCall = defineFact<boolean>('is told of one call');

/** Whether a model reads its answers itself, and looks whether its caller will do so. */
export const readsItself = defineFact<boolean>('reads its answers');

/**
 * The calls whose answers are read by whoever made them: the model need not read them too. Only
 * those to a model that looks are noted: what a weak set holds makes the short collections longer,
 * by half a microsecond a call.
 */
export const readByCaller = new WeakSet<Call>();

/** Tells which tags the caller itself speaks of: they are a part of the answer. */
export function askedTags({ prompt }: Call): (name: string) => boolean {
  const speaks = (text: string, name: string) =>
    text.includes(`<${name}`) || /\b(?:xml|html|tags?)\b/i.test(text);
  return name =>
    prompt.some(({ role, content }) => {
      if (role === 'assistant') return false;
      if (typeof content === 'string') return speaks(content, name);
      return content.some(part => part.type === 'text' && speaks(part.text, name));
    });
}

/** What a text may hold that is no text, in a call that wants nothing but text. */
export const mayHide = /[<[◁]|^\s*analysis/;

/** The same of its first words: white space may stand before a tag. */
export const mayOpen = /[<[◁]|^\s*(?:anal(?:ysis|y?s?i?$)|`|$)/;

/** The tools that a text may call; none where no call is wanted. */
export function callableTools({ tools = [], toolChoice }: Call): CallableTool[] {
  if (toolChoice?.type === 'none') return [];
  return tools.filter(tool => tool.type === 'function');
}

/**
 * What ends a text, where nothing else is wanted and the server refuses the wish. One that takes it
 * decides itself: it may mean its stop to stand in the answer.
 */
export function stopsOf({ call, model }: ReadFor): readonly string[] {
  const { stopSequences = [], tools, responseFormat } = call;
  const isText = !tools?.length && responseFormat?.type !== 'json';
  return isText && capabilitiesOf(model).refuses?.includes('stop') ? stopSequences : [];
}

/** Tells whether an object is wanted, and whether its server is known not to bind it. */
export function objectWish({ call, model }: ReadFor) {
  const { responseFormat: format } = call;
  if (format?.type !== 'json') return undefined;
  return { format, isUnbound: capabilitiesOf(model).jsonSchema === false };
}

/** Makes tool calls of those that were written as text. */
export function madeCalls({ calls, isFaulty }: WrittenCalls): ToolCall[] {
  return calls.map(call => (isFaulty ? { ...madeCall(call), ...faulty } : madeCall(call)));
}

/**
 * Reads the calls of an answer that says nothing else, and thought them: a thought that was not
 * closed, or one that its server took for all of it.
 */
export function thoughtCalls(thought: string, call: Call): ToolCall[] {
  const tools = thought.includes('<') ? callableTools(call) : [];
  const written = tools.length > 0 ? writtenCalls(thought, tools) : undefined;
  return written && !written.isFaulty ? madeCalls(written) : [];
}

const faulty = { providerMetadata: { leaf: { isFaulty: true } } };

/** Tells whether a part is of a call that was written as text, and that fits no tool. */
export function isFaultyCall({ providerMetadata }: Pick<ToolCall, 'providerMetadata'>): boolean {
  return providerMetadata?.leaf?.isFaulty === true;
}

function madeCall({ name, input }: WrittenCalls['calls'][number]): ToolCall {
  return {
    type: 'tool-call',
    toolCallId: `call_${crypto.randomUUID()}`,
    toolName: name,
    // What could not be read goes along as a text, which fits no tool.
    input: JSON.stringify(input),
  };
}
