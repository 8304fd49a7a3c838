/** Where a model runs: on this device (nothing leaves) or in a cloud. */
export type Place = 'device' | 'network' | 'cloud';

/** Token counts of one model call; `undefined` where the backend did not say. */
export interface Tokens {
  readonly input: number | undefined;
  readonly cachedInput: number | undefined;
  readonly output: number | undefined;
}

/**
 * A sum of money in US dollars, or `'unknown'` where a price or a token count is missing: never 0
 * by default.
 */
export type Usd = number | 'unknown';

/** What a pattern decided, in figures and names: never its content. */
export interface SpanDecision {
  /** Id of the leaf that answered, or of the pattern where the answer is its own. */
  readonly answeredBy: string;
  readonly place: Place;
  readonly degraded: boolean;
  /** 0..1 */
  readonly confidence: number | undefined;
  readonly converged: boolean | undefined;
  /** Baseline minus cost. */
  readonly savedUsd: Usd | undefined;
  /** The model that it is measured against. */
  readonly baseline: string | undefined;
}

/** One node of a run's tree: a pattern, or a single model call (a leaf). */
export interface Span {
  /** Role in the pattern, such as `draft` or `job 3`; the model id where the pattern gave none. */
  readonly name: string;
  readonly modelId: string;
  readonly kind: 'pattern' | 'leaf';
  /** Of leaves only; a leaf whose server says that it runs elsewhere changes it. */
  place: Place | undefined;
  readonly children: Span[];
  /** Milliseconds since the run began. */
  readonly startMs: number;
  durationMs: number | undefined;
  tokens: Tokens | undefined;
  costUsd: Usd;
  /** Characters of prompt text handed to the model; for a cloud leaf, what left the machine. */
  characters: number;
  /** Values that placeholders stood for on the way to a cloud. */
  masked: number;
  /** Characters of the prompt before values were masked in it; absent where none was. */
  unmasked?: number;
  /** Parts of the conversation that held text of documents and did not leave; absent for none. */
  leftOut?: number;
  attempts: number;
  replayed: boolean;
  /** The error's code; never its content. */
  error: string | undefined;
  /** What a pattern decided and why. */
  reason: string | undefined;
  /** Of patterns that have answered. */
  decision: SpanDecision | undefined;
}

/** Opens a span under `parent`, or a root where there is none. */
export function openSpan(
  head: Pick<Span, 'name' | 'modelId' | 'kind' | 'place' | 'startMs'>,
  parent: Span | undefined,
): Span {
  const span: Span = {
    name: head.name,
    modelId: head.modelId,
    kind: head.kind,
    place: head.place,
    children: [],
    startMs: head.startMs,
    durationMs: undefined,
    tokens: undefined,
    costUsd: 0,
    characters: 0,
    masked: 0,
    attempts: 0,
    replayed: false,
    error: undefined,
    reason: undefined,
    decision: undefined,
  };
  parent?.children.push(span);
  return span;
}

/**
 * Lists the leaves under a span that reached a model, in the order of asking.
 * @example
 * ```ts
 * const sink = memorySink();
 * await run({ sink }, async () => support.doGenerate(userCall('Hello')));
 * for (const { root } of sink.runs) console.log(leavesOf(root).map(({ modelId }) => modelId));
 * ```
 */
export function leavesOf(span: Span, found: Span[] = []): Span[] {
  if (span.kind === 'pattern') for (const child of span.children) leavesOf(child, found);
  else if (span.attempts > 0 || span.replayed) found.push(span);
  return found;
}
