/** OpenAI's chat completions: what whole answers and chunks of streams have in common. */
import { unknownUsage } from '../../model/leaf/cost/usage.ts';
import type { Content, Usage } from '../../model/types.ts';

/** A part of a request as it goes over the wire. */
export type Wire = Record<string, unknown>;

/** A text, or parts of one. */
export type Text =
  | string
  | readonly { readonly type?: unknown; readonly text?: unknown; readonly thinking?: unknown }[]
  | null;

/** What only some servers say; what stands under another name than OpenAI's is mended. */
export interface OtherNames {
  /** Of OpenAI's own models that search, and of others. */
  readonly annotations?: readonly unknown[] | null;
  /** Of servers whose models draw or speak. */
  readonly images?: unknown;
  readonly audio?: unknown;
  readonly function_call?: unknown;
  readonly reasoning_text?: unknown;
  readonly thinking?: unknown;
  readonly thinking_content?: unknown;
  readonly thinking_blocks?: unknown;
  readonly thought?: unknown;
  readonly reasoning_details?: readonly unknown[] | null;
  /** Where Gemini says that a content is a thought. */
  readonly extra_content?: { readonly google?: { readonly thought?: unknown } | null } | null;
}

type SaidContent = Extract<Content, { type: 'text' | 'reasoning' }>;

/** Token counts. */
export interface WireUsage {
  readonly prompt_tokens?: number | null;
  readonly completion_tokens?: number | null;
  readonly prompt_tokens_details?: { readonly cached_tokens?: number | null } | null;
  readonly completion_tokens_details?: Readonly<Record<string, number | null | undefined>> | null;
}

export const isNone = (value: unknown): value is null | undefined =>
  value === null || value === undefined;
export const isTextOrNone = (value: unknown) => isNone(value) || typeof value === 'string';
export const isCountOrNone = (value: unknown) =>
  isNone(value) || (Number.isSafeInteger(value) && (value as number) >= 0);

// What no date can be made of is none.
export const isTimeOrNone = (value: unknown) =>
  isNone(value) || (typeof value === 'number' && Math.abs(value) <= 8.64e12);

/** Tells whether words stand under names that are not OpenAI's; thoughts may have several. */
export function hasOtherNames(said: OtherNames, thought: unknown): boolean {
  if (said.function_call || !(isNone(said.annotations) || Array.isArray(said.annotations)))
    return true;
  if (said.reasoning_text || said.thinking || said.thinking_content) return true;
  if (said.extra_content?.google?.thought) return true;
  return Boolean(said.thought || said.thinking_blocks || said.reasoning_details) && !thought;
}

/** Tells whether a choice says under another name how it ended. */
export function hasOtherEnd(choice: object): boolean {
  return !('finish_reason' in choice) && /stop|finish|done_r/i.test(Object.keys(choice).join());
}

/** Tells whether a choice ends with calls that it does not have: they may stand in another. */
export function lacksCalls({ finish_reason: end, message }: Wire): boolean {
  const { tool_calls: calls = [] } = (message ?? {}) as Wire;
  return end === 'tool_calls' && String(calls ?? '') === '';
}

/** Tells whether an input stands under its name: text, an object, or nothing at all. */
export function isInput(called: object): boolean {
  const { arguments: input, input: other, parameters = other, args = parameters } = called as Wire;
  return isNone(input) ? isNone(args) : typeof input === 'string' || typeof input === 'object';
}

/** Tells whether a content is a list of parts as OpenAI and Mistral write them. */
export function isPlainParts(content: unknown): boolean {
  return Array.isArray(content) && content.every(isPlainPart);
}

function isPlainPart(part: unknown): boolean {
  const { type, text, thinking } = (part ?? {}) as Readonly<Record<string, unknown>>;
  return type === 'text'
    ? typeof text === 'string'
    : type === 'thinking' && Array.isArray(thinking);
}

/** Reads a text, or its parts; thoughts become reasoning. */
export function contentOf(content: Text | undefined): SaidContent[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return (content ?? []).flatMap((part): SaidContent[] => {
    if (part.type === 'text' && typeof part.text === 'string' && part.text !== '') {
      return [{ type: 'text', text: part.text }];
    }
    const thought =
      part.type === 'thinking' && Array.isArray(part.thinking)
        ? part.thinking.map(thoughtOf).join('')
        : '';
    return thought === '' ? [] : [{ type: 'reasoning', text: thought }];
  });
}

/** Reads the pages of the web that an answer names beside its text. */
export function sourcesOf(annotations: readonly unknown[], key: string): SourcePart[] {
  return annotations.flatMap((annotation): SourcePart[] => {
    const { url_citation: cited } = (annotation ?? {}) as { url_citation?: Partial<WireCitation> };
    if (typeof cited?.url !== 'string') return [];
    const { url, title, start_index: startIndex = 0, end_index: endIndex = 0 } = cited;
    const place = { startIndex: Number(startIndex), endIndex: Number(endIndex) };
    return [
      {
        ...{ type: 'source', sourceType: 'url', id: crypto.randomUUID(), url },
        ...(typeof title === 'string' && { title }),
        providerMetadata: { [key]: place },
      },
    ];
  });
}

/** Pages of the web where they are named beside the answer, as Perplexity does. */
export interface Searched {
  readonly search_results?: unknown;
  readonly citations?: unknown;
}

/** Writes such pages as an answer names them. */
export function pagesIn({ search_results: results, citations }: Searched): object[] {
  const [pages = []] = [results, citations].filter(each => Array.isArray(each) && each.length > 0);
  return (pages as unknown[]).map(page => ({
    url_citation: typeof page === 'string' ? { url: page } : page,
  }));
}

/** Reads what was spoken, where an answer is a sound. */
export function transcriptIn(audio: unknown): string | undefined {
  const { transcript } = (audio ?? {}) as { transcript?: unknown };
  return typeof transcript === 'string' ? transcript : undefined;
}

/** Reads the sound of an answer, with what its server says of it. */
export function soundOf(audio: unknown): PicturePart[] {
  const { data, ...about } = (audio ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof data !== 'string' || data === '') return [];
  return [
    {
      ...{ type: 'file', mediaType: 'audio/*', data: { type: 'data', data } },
      providerMetadata: { leaf: { sound: about as Record<string, string> } },
    },
  ];
}

/** Joins the pieces of a sound: each is the text of some bytes, or of a cut text. */
export function joinedSound(pieces: readonly string[]): string {
  if (pieces.some(piece => piece.length % 4 !== 0)) return pieces.join('');
  return Buffer.concat(pieces.map(piece => Buffer.from(piece, 'base64'))).toString('base64');
}

/** Reads the pictures of an answer: by their addresses, or as they are. */
export function picturesOf(images: unknown): PicturePart[] {
  return [images].flat().flatMap((image): PicturePart[] => {
    const url = pictureIn(image) ?? '';
    const comma = url.indexOf(',');
    if (url.startsWith('data:') && comma > 0) {
      const mediaType = url.slice(5, comma).split(';')[0] || 'image/png';
      return [{ type: 'file', mediaType, data: { type: 'data', data: url.slice(comma + 1) } }];
    }
    const isUrl = /^https?:/.test(url) && URL.canParse(url);
    return isUrl
      ? [{ type: 'file', mediaType: 'image/*', data: { type: 'url', url: new URL(url) } }]
      : [];
  });
}

export type PicturePart = Extract<Content, { type: 'file' }>;

const begins = { iVBOR: 'png', '/9j/': 'jpeg', R0lG: 'gif', UklG: 'webp' };
const pictureNames = [
  'image_url',
  'url',
  'source',
  'inline_data',
  'inlineData',
  'b64_json',
  'image',
];

// A URL, whatever it stands in; bytes alone are known by how they begin.
function pictureIn(given: unknown, depth = 0): string | undefined {
  if (typeof given === 'string') {
    const kind = Object.entries(begins).find(([begin]) => given.startsWith(begin))?.[1];
    return kind ? `data:image/${kind};base64,${given}` : given;
  }
  if (typeof given !== 'object' || given === null || depth > 3) return undefined;
  const fields = given as Readonly<Record<string, unknown>>;
  const { data, media_type: type = fields.mime_type ?? fields.mimeType ?? 'image/png' } = fields;
  if (typeof data === 'string') return `data:${type};base64,${data}`;
  return pictureNames.map(name => pictureIn(fields[name], depth + 1)).find(Boolean);
}

type SourcePart = Extract<Content, { type: 'source' }>;

interface WireCitation {
  readonly url: string;
  readonly title: unknown;
  readonly start_index: unknown;
  readonly end_index: unknown;
}

function thoughtOf(piece: { type?: unknown; text?: unknown } | null): string {
  return piece?.type === 'text' && typeof piece.text === 'string' ? piece.text : '';
}

/** Reads token counts; what is not given is unknown. */
export function usageOf(usage: WireUsage | null | undefined): Usage {
  if (!usage) return unknownUsage;
  // What was known before is counted apart by Anthropic, Bedrock and llama.cpp.
  const known = countIn(usage, apartNames);
  const input =
    usage.prompt_tokens ?? countIn(usage, inputNames) + known + countIn(usage, writtenNames);
  const written = usage.completion_tokens ?? countIn(usage, outputNames);
  const raw = usage as unknown as NonNullable<Usage['raw']>;
  // No prompt takes none: some servers give noughts, or the sum alone, for what they do not count.
  if (input <= 0 && written <= 0) return { ...unknownUsage, raw };
  const { prompt_tokens_details: ofInput, completion_tokens_details: ofOutput } = usage;
  const cacheRead = ofInput?.cached_tokens ?? (known || countIn(usage, cachedNames));
  const named = ofOutput?.reasoning_tokens ?? countIn(usage, thoughtNames);
  // Gemini and xAI count thoughts in the sum alone.
  const beyond = countIn(usage, sumNames) - input - written;
  const isApart = beyond > 0 && (named === beyond || (named === 0 && cacheRead === 0));
  const output = isApart ? written + beyond : written;
  const reasoning = isApart ? beyond : named;
  return {
    inputTokens: { total: input, noCache: input - cacheRead, cacheRead, cacheWrite: undefined },
    outputTokens: { total: output, text: Math.max(0, output - reasoning), reasoning },
    raw,
  };
}

// As Anthropic, OpenAI's responses, Bedrock, Gemini, Ollama and llama.cpp name them.
const inputNames = [
  ...['input_tokens', 'inputTokens', 'promptTokenCount', 'prompt_eval_count'],
  ...['tokens_evaluated', 'prompt_n'],
];
const outputNames = [
  ...['output_tokens', 'outputTokens', 'candidatesTokenCount', 'eval_count'],
  ...['tokens_predicted', 'predicted_n', 'generated_tokens'],
];

const sumNames = ['total_tokens', 'totalTokenCount'];
const thoughtNames = ['reasoning_tokens', 'thoughtsTokenCount'];
const apartNames = ['cache_n', 'cache_read_input_tokens', 'cacheReadInputTokens'];
const writtenNames = ['cache_creation_input_tokens', 'cacheWriteInputTokens'];
const cachedNames = ['prompt_cache_hit_tokens', 'cached_tokens', 'cachedContentTokenCount'];

function countIn(usage: object, names: readonly string[]): number {
  const counts = usage as Readonly<Record<string, unknown>>;
  const name = names.find(each => isCountOrNone(counts[each]) && !isNone(counts[each]));
  return name === undefined ? 0 : (counts[name] as number);
}

/** Reads how many tokens of a prediction were taken. */
export function predictedTokens(usage: WireUsage | null | undefined): Record<string, number> {
  const { accepted_prediction_tokens: accepted, rejected_prediction_tokens: rejected } =
    usage?.completion_tokens_details ?? {};
  return {
    ...(typeof accepted === 'number' && { acceptedPredictionTokens: accepted }),
    ...(typeof rejected === 'number' && { rejectedPredictionTokens: rejected }),
  };
}
