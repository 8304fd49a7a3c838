import { type Label, labelIn, stricter } from '../run/labels.ts';
import type { Call, Message, ProviderOptions } from '../types.ts';
import type { WatchedText } from './border.ts';
import { valuesIn } from './said.ts';

type Labelled = { readonly providerOptions?: ProviderOptions };

type HistoryPart = Exclude<Message['content'], string>[number];

type ToolResult = Extract<HistoryPart, { type: 'tool-result' }>;

/**
 * The strictest label of what a tool gave: on all of it, and on each piece. Its part may bear one
 * too.
 */
export function labelOfResult({ output }: ToolResult): Label {
  let label = labelIn((output as Labelled).providerOptions) ?? free;
  if (output.type === 'content')
    for (const piece of output.value)
      label = stricter(label, labelIn(piece.providerOptions) ?? free);
  return label;
}

function labelOfPart(part: HistoryPart): Label {
  const own = labelIn((part as Labelled).providerOptions) ?? free;
  return part.type === 'tool-result' ? stricter(own, labelOfResult(part)) : own;
}

const free: Label = 'cloud-allowed';

/** Gives the texts of a call that bear a label, but what is typed in the last turn without one. */
export function* labelledTexts(call: Call): Generator<WatchedText> {
  const { prompt, tools } = call;
  const whole = labelIn(call.providerOptions) ?? free;
  const last = prompt.findLastIndex(({ role }) => role === 'user');
  for (const [index, message] of prompt.entries()) {
    const own = labelIn(message.providerOptions) ?? free;
    // Who writes instructions beside labelled content does not label them by it.
    if (typeof message.content === 'string') {
      if (own !== free) yield { text: message.content, label: own };
    } else yield* labelledParts(message.content, { own, whole, isLast: index === last });
  }
  for (const tool of tools ?? []) {
    const label = labelOfTool(tool);
    if (label !== free) yield { text: valuesIn(withoutOptions(tool)), label };
  }
}

function* labelledParts(
  parts: readonly HistoryPart[],
  { own, whole, isLast }: { own: Label; whole: Label; isLast: boolean },
): Generator<WatchedText> {
  for (const part of parts) {
    const ofPart = stricter(own, labelOfPart(part));
    const isTyped = isLast && part.type === 'text' && ofPart === free;
    const label = isTyped ? free : stricter(whole, ofPart);
    if (label !== free) yield { text: textOf(part), label };
  }
}

function textOf(part: HistoryPart): string {
  if (part.type === 'text' || part.type === 'reasoning') return part.text;
  if (part.type === 'file') return valuesIn(withoutNames(part));
  if (part.type === 'tool-result') return valuesIn(part.output);
  return part.type === 'tool-call' ? valuesIn(part.input) : '';
}

// The media type is read with the data, and is no text of it.
function withoutNames({ mediaType, data }: Extract<HistoryPart, { type: 'file' }>): unknown {
  if (data.type === 'text') return data.text;
  return data.type === 'data' ? { mediaType, data } : '';
}

function withoutOptions(tool: object): object {
  const { providerOptions: _options, ...rest } = tool as Labelled;
  return rest;
}

/** The strictest label of tools' definitions. */
export function labelOfTools(tools: NonNullable<Call['tools']>): Label {
  return tools.map(labelOfTool).reduce(stricter, free);
}

function labelOfTool(tool: NonNullable<Call['tools']>[number]): Label {
  return labelIn((tool as Labelled).providerOptions) ?? free;
}

/** What the user has typed in the last turn of a call, without labels of its own. */
export function* typedIn({ prompt }: Call): Generator<string> {
  const last = prompt.findLast(({ role }) => role === 'user');
  if (last?.role !== 'user' || labelIn(last.providerOptions)) return;
  for (const part of last.content)
    if (part.type === 'text' && part.text.length < longText && !labelIn(part.providerOptions))
      yield part.text;
}

// A longer text is taken for a document.
const longText = 4000;
