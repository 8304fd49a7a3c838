import { taskOf } from '../task.ts';
import type { Call, Message, Prompt, ProviderOptions } from '../types.ts';
import { askingNoLogprobs, wantsLogprobs } from './logprobs.ts';
import { capabilitiesOf } from './model/capabilities.ts';
import { markForLeaf } from './sibling-samples.ts';
import type { LeafStep } from './step.ts';

/**
 * Makes the copy of a call that a leaf gets: the scope's signal, nothing of ours in its provider
 * options (but the task, for leaves that read tasks), no carried scope, and no option that it is
 * known not to honour. Whoever asks may ask for it all the same: the journal's key is then the same
 * whatever is known.
 */
export function leafCall(step: LeafStep, call: Call): Call {
  const { providerOptions, ...copy } = call;
  // The carried scope sits under a symbol, which a spread copies along.
  for (const key of Object.getOwnPropertySymbols(copy))
    delete (copy as Record<symbol, unknown>)[key];
  copy.abortSignal = step.scope.controller.signal;
  if (step.isMarked) copy.prompt = call.prompt.map(stripMessage);
  if (copy.tools)
    copy.tools = copy.tools.map(tool => (tool.type === 'function' ? unmarked(tool) : tool));
  if (call.seed !== undefined && capabilitiesOf(step.model).seed === false) delete copy.seed;
  return providerOptions ? withOptions(copy, optionsFor(step, call)) : copy;
}

// What a leaf gets of the provider options of a call.
function optionsFor({ model, traits }: LeafStep, call: Call): ProviderOptions | undefined {
  const heard =
    wantsLogprobs(call) && capabilitiesOf(model).logprobs === false ? askingNoLogprobs(call) : call;
  const foreign = withoutOurs(heard.providerOptions);
  const task = traits.readsTasks ? taskOf(call) : undefined;
  const own = { ...markForLeaf(model, heard), ...(task && { tandem: { task: task as never } }) };
  return Object.keys(own).length > 0 ? { ...foreign, ...own } : foreign;
}

function withOptions(call: Call, options: ProviderOptions | undefined): Call {
  return options ? { ...call, providerOptions: options } : call;
}

/**
 * Looks through a prompt once: how many characters of text it has (base64 as it is sent), whether
 * it bears marks of ours, and whether it holds pictures, those of its history and of results of
 * tools too.
 */
export function measure(prompt: Prompt): {
  readonly characters: number;
  readonly isMarked: boolean;
  readonly holdsImages: boolean;
} {
  let characters = 0;
  let isMarked = false;
  let holdsImages = false;
  for (const { content, providerOptions } of prompt) {
    isMarked ||= providerOptions?.tandem !== undefined;
    if (typeof content === 'string') {
      characters += content.length;
      continue;
    }
    for (const part of content) {
      if ('text' in part) characters += part.text.length;
      else {
        characters += partLength(part);
        holdsImages ||= isPicture(part);
        isMarked ||= isMarkedResult(part);
      }
      if ((part as Bearing).providerOptions?.tandem) isMarked = true;
    }
  }
  return { characters, isMarked, holdsImages };
}

function isPicture(part: Part): boolean {
  if (part.type === 'tool-result' && part.output.type === 'content')
    return part.output.value.some(isImageFile);
  return isImageFile(part);
}

function isImageFile(part: { readonly type: string; readonly mediaType?: string }): boolean {
  return part.type === 'file' && part.mediaType?.startsWith('image') === true;
}

/** Counts the characters of what goes along with a prompt: tools and schemas. */
export function formCharacters({ tools, responseFormat }: Call): number {
  return (
    (tools?.length ? JSON.stringify(tools).length : 0) +
    (responseFormat?.type === 'json' ? lengthOf(responseFormat) : 0)
  );
}

// A pattern asks for one form a thousand times.
const lengths = new WeakMap<object, number>();

function lengthOf(format: object): number {
  const known = lengths.get(format);
  if (known !== undefined) return known;
  const { length } = JSON.stringify(format);
  lengths.set(format, length);
  return length;
}

/** Counts the characters of text in a prompt; base64 data counts as it is sent. */
export function charactersOf(prompt: Prompt): number {
  return measure(prompt).characters;
}

/**
 * Counts the characters of a prompt that are read as text; runs of one character, which make few
 * tokens, count little.
 */
export function readableCharacters(prompt: Prompt): number {
  let count = 0;
  for (const message of prompt) {
    if (typeof message.content === 'string') count += readable(message.content);
    else for (const part of message.content) if (!isBinary(part)) count += readable(textIn(part));
  }
  return count;
}

function readable(text: string): number {
  return text.replace(/(\s)\s+|(.)\2{4,}/g, '$1$2$2$2$2').length;
}

function isBinary(part: Part): boolean {
  return part.type === 'file' && part.data.type !== 'text';
}

function textIn(part: Part): string {
  if ('text' in part) return part.text;
  if (part.type === 'file') return part.data.type === 'text' ? part.data.text : '';
  if (part.type === 'tool-call') return JSON.stringify(part.input) ?? '';
  return part.type === 'tool-result' ? (JSON.stringify(part.output) ?? '') : '';
}

/**
 * Estimates tokens from characters: four to a token, rounded up. Exact counts come from a backend's
 * usage.
 */
export function estimateTokens(characters: number): number {
  return Math.ceil(characters / 4);
}

/**
 * The fewest tokens that so many characters of text can be expected to be, in any language and
 * vocabulary: half of the estimate.
 */
export function fewestTokens(characters: number): number {
  return Math.ceil(characters / 8);
}

// A picture costs a provider-set number of tokens, whatever its size; no list price is higher than
// this.
const mostPerMedia = 5000;

/**
 * Estimates the most tokens that a call's input can be: a token for three bytes of text, tools and
 * schema included.
 */
export function mostTokens({ prompt, tools, responseFormat }: Call): number {
  let bytes = Buffer.byteLength(JSON.stringify([tools ?? [], responseFormat ?? null]));
  let media = 0;
  for (const message of prompt) {
    if (typeof message.content === 'string') bytes += Buffer.byteLength(message.content);
    else {
      for (const part of message.content) {
        if (isMedia(part)) media++;
        else bytes += byteLengthOf(part);
      }
    }
  }
  return Math.ceil(bytes / 3) + media * mostPerMedia + prompt.length * tokensPerMessage;
}

const tokensPerMessage = 8;

function isMedia(part: Part): boolean {
  return part.type === 'file' && /^(image|audio|video)/.test(part.mediaType);
}

function byteLengthOf(part: Part): number {
  if ('text' in part) return Buffer.byteLength(part.text);
  if (part.type === 'file' && part.data.type === 'text') return Buffer.byteLength(part.data.text);
  return partLength(part);
}

type Part = Exclude<Message['content'], string>[number];

function partLength(part: Part): number {
  if ('text' in part) return part.text.length;
  if (part.type === 'file') {
    if (part.data.type === 'text') return part.data.text.length;
    return part.data.type === 'data' ? part.data.data.length : 0;
  }
  if (part.type === 'tool-call') return JSON.stringify(part.input)?.length ?? 0;
  return part.type === 'tool-result' ? (JSON.stringify(part.output)?.length ?? 0) : 0;
}

function stripMessage(message: Message): Message {
  const stripped = { ...message };
  if (message.providerOptions?.tandem) setOptions(stripped, message.providerOptions);
  if (typeof stripped.content !== 'string') {
    stripped.content = stripped.content.map(part => {
      const copy = unmarked(part as Bearing) as Part;
      if (copy.type !== 'tool-result' || !isMarkedResult(copy)) return copy;
      const output = unmarked(copy.output as Bearing) as typeof copy.output;
      if (output.type !== 'content') return { ...copy, output };
      return { ...copy, output: { ...output, value: output.value.map(unmarked) } };
    }) as never;
  }
  return stripped;
}

function isMarkedResult(part: Part): boolean {
  if (part.type !== 'tool-result') return false;
  const { output } = part;
  if ((output as Bearing).providerOptions?.tandem) return true;
  return output.type === 'content' && output.value.some(piece => piece.providerOptions?.tandem);
}

interface Bearing {
  readonly providerOptions?: ProviderOptions;
}

function unmarked<Marked extends Bearing>(marked: Marked): Marked {
  if (!marked.providerOptions?.tandem) return marked;
  const copy = { ...marked };
  setOptions(copy, marked.providerOptions);
  return copy;
}

function setOptions(
  target: { providerOptions?: ProviderOptions },
  options: ProviderOptions | undefined,
): void {
  const kept = withoutOurs(options);
  if (kept) target.providerOptions = kept;
  else delete target.providerOptions;
}

function withoutOurs(options: ProviderOptions | undefined): ProviderOptions | undefined {
  if (!options || !('tandem' in options)) return options;
  const { tandem: _ours, ...foreign } = options;
  return Object.keys(foreign).length > 0 ? foreign : undefined;
}
