import type { Answer, Call, LanguageModel } from '../../types.ts';
import { isWholeStream, logprobsOf, wantsLogprobs, wasNotAsked } from '../logprobs.ts';
import { defineFact } from './model-record.ts';

/**
 * What a model can do, as far as it is known: declared by its backend, found by a probe, or seen in
 * an answer. What is absent is unknown, which is neither yes nor no.
 */
export interface Capabilities {
  /** Whether log-probabilities of the answer's tokens really come back. */
  readonly logprobs?: boolean;
  /** Whether they come piece by piece in a stream too. */
  readonly streamLogprobs?: boolean;
  /** Whether it calls tools. */
  readonly tools?: boolean;
  /** Whether it reads images. */
  readonly images?: boolean;
  /** Fields of a request that its server refuses; `system` for the role of a message. */
  readonly refuses?: readonly string[];
  /** Whether its answers keep to a JSON schema. */
  readonly jsonSchema?: boolean;
  /** Whether it fills in a form about a text: a sentence of it and an answer, as JSON. */
  readonly forms?: boolean;
  /** Whether it can say of a text if it holds the answer to a question. */
  readonly tellsHeld?: boolean;
  /** Whether the same seed gives the same answer. */
  readonly seed?: boolean;
  /**
   * Whether answers differ when they are drawn with chance; some runtimes always take the likeliest
   * token.
   */
  readonly samples?: boolean;
  /** Whether it can tell right answers from wrong ones, by drafts of which that is known. */
  readonly selfCheck?: boolean;
  /** Whether its server gives several answers to one request. */
  readonly n?: boolean;
  /** Whether an answer comes piece by piece. */
  readonly streaming?: boolean;
  /** Whether a stream ends with token counts. */
  readonly streamUsage?: boolean;
  /** Context window in tokens, as it runs now. */
  readonly contextTokens?: number;
  /**
   * Whether that is what a public list says, not the server: a prompt is then refused beforehand
   * only where it surely does not fit.
   */
  readonly isContextListed?: boolean;
  /** Whether a prompt that does not fit the context is cut in silence. */
  readonly truncates?: boolean;
}

/** What a draft can be judged by, the cheapest first. */
export type DraftSignal = 'token probability' | 'agreement' | 'self-check';

interface Cell {
  current: Capabilities;
  listeners: ((found: Capabilities) => void)[];
}

const cells = defineFact<Cell>('capabilities');

/**
 * Tells what is known of a model by now; asks nobody.
 * @example
 * ```ts
 * if (capabilitiesOf(local).images === false) console.log('reads no pictures');
 * ```
 */
export function capabilitiesOf(model: LanguageModel): Capabilities {
  return cells.of(model)?.current ?? nothing;
}

const nothing: Capabilities = {};

/**
 * Adds to what is known of a model; what was known before gives way.
 * @example
 * ```ts
 * const reader = noteCapabilities(local, { images: true });
 * ```
 */
export function noteCapabilities<Model extends LanguageModel>(
  model: Model,
  found: Capabilities,
): Model {
  const cell = cellOf(model);
  cell.current = { ...cell.current, ...found };
  return model;
}

/** Adds what was found out while a model was used, and tells whoever keeps such things. */
export function discover(model: LanguageModel, found: Capabilities): void {
  const { current, listeners } = cellOf(model);
  const isNews = Object.entries(found).some(
    ([key, value]) => String(current[key as keyof Capabilities]) !== String(value),
  );
  if (!isNews) return;
  noteCapabilities(model, found);
  for (const tell of listeners) tell(found);
}

/** Is told of everything that is found out while a model is used. */
export function onDiscovery(model: LanguageModel, listener: (found: Capabilities) => void): void {
  cellOf(model).listeners.push(listener);
}

/**
 * Says what the drafts of a model are best judged by; what is unknown is tried, since asking for it
 * costs nothing.
 */
export function signalFor({ logprobs, samples }: Capabilities): DraftSignal {
  if (logprobs !== false) return 'token probability';
  return samples === false ? 'self-check' : 'agreement';
}

/**
 * Learns from an answer: a server may accept a request for log-probabilities and send none, or
 * none in a stream.
 */
export function learnFrom(
  model: LanguageModel,
  call: Call,
  {
    answer,
    isStreamed,
  }: { readonly answer: Omit<Answer, 'content'>; readonly isStreamed: boolean },
): void {
  // A call of tools, and an answer of nothing, have no text whose tokens could be weighed.
  const isText =
    answer.finishReason.unified !== 'tool-calls' && answer.usage.outputTokens.total !== 0;
  if (!wantsLogprobs(call) || !isText || wasNotAsked(answer)) return;
  const logprobs = logprobsOf(answer) !== undefined;
  if (!isStreamed || isWholeStream(answer)) discover(model, { logprobs });
  // A stream without them says nothing of whole answers.
  else discover(model, logprobs ? { logprobs, streamLogprobs: true } : { streamLogprobs: false });
}

function cellOf(model: LanguageModel): Cell {
  const known = cells.of(model);
  if (known) return known;
  const cell = { current: {}, listeners: [] };
  cells.note(model, cell);
  return cell;
}
