import { requireWhole, TandemError } from '../../model/errors.ts';
import { estimateTokens } from '../../model/leaf/leaf-call.ts';
import { capabilitiesOf } from '../../model/leaf/model/capabilities.ts';
import type { LanguageModel } from '../../model/types.ts';

/**
 * What is made of the document: an answer, or, with no question needed, a summary or a timeline.
 */
export type ChainTask = 'answer' | 'summary' | 'timeline';

/**
 * How the document is walked. `parallel` reads all parts at once with the unit of the round before:
 * as many rounds as a chain of facts has links, each as long as the slowest part.
 */
export type ChainOrder = 'left-to-right' | 'right-to-left' | 'parallel';

/** Options of Chain of Agents. */
export interface ChainOptions {
  /** Reads the document part by part, on this device. */
  readonly worker: LanguageModel;
  /** Answers from the last communication unit; it never sees the document. */
  readonly manager: LanguageModel;
  /** Default: `answer`, which needs a question; for the others a question is only a focus. */
  readonly task?: ChainTask;
  /** Default: `left-to-right`. */
  readonly order?: ChainOrder;
  /**
   * Most times that the document is read, 1..10; again only while questions stay open. Default: 2;
   * in parallel 3.
   */
  readonly passes?: number;
  /**
   * `facts`, checked quotes with their places, or `text`, the free text of the paper, which nobody
   * can check: it leaves for a cloud only from documents labelled `cloud-allowed`. Default:
   * `facts`.
   */
  readonly unit?: 'facts' | 'text';
  /**
   * The worker's context window in tokens. Default: 8192 (Chain of Agents, §4), or what the worker
   * is known to have, if less.
   */
  readonly windowTokens?: number;
  /** Most tokens of the communication unit, 50 or more. Default: 1024. */
  readonly unitTokens?: number;
  /**
   * Most tokens of a part, 50 or more; less than the window leaves makes small models more exact.
   * Default: what it leaves.
   */
  readonly chunkTokens?: number;
  /**
   * Most tokens that a worker writes, 64 or more. Default: 1024 (Chain of Agents, §4), at most a
   * quarter of the window.
   */
  readonly outputTokens?: number;
  /**
   * Parts at a time where the order is parallel, 1 or more; a pattern as worker bounds itself.
   * Default: 8.
   */
  readonly concurrency?: number;
  /**
   * Whether what earlier readings of the same document have noted is used, where the run keeps
   * documents. Default: true.
   */
  readonly reuse?: boolean;
  /** Counts tokens as the worker does. Default: four characters to a token. */
  readonly countTokens?: (text: string) => number;
}

/** Options, checked and complete. */
export interface Settings {
  readonly task: ChainTask;
  readonly order: ChainOrder;
  readonly passes: number;
  readonly unit: 'facts' | 'text';
  readonly windowTokens: number;
  readonly unitTokens: number;
  readonly chunkTokens: number | undefined;
  readonly outputTokens: number;
  readonly count: (text: string) => number;
  /** Whether tokens are only estimated from characters. */
  readonly isEstimated: boolean;
}

const isCount = 'It is a count of tokens.';

function defaultWindow(worker: LanguageModel | undefined): number {
  return Math.min(8192, (worker && capabilitiesOf(worker).contextTokens) ?? 8192);
}

/** Checks the options. @throws TandemError `invalid_argument` */
export function settingsOf(options: Partial<ChainOptions>): Settings {
  const order = requireOne('order', options.order ?? 'left-to-right', [
    'left-to-right',
    'right-to-left',
    'parallel',
  ]);
  const windowTokens = requireWhole(
    'windowTokens',
    options.windowTokens ?? defaultWindow(options.worker),
    1,
    isCount,
  );
  const passes = requireWhole(
    'passes',
    options.passes ?? (order === 'parallel' ? 3 : 2),
    1,
    'Use 1 to read once.',
  );
  if (passes > 10)
    throw invalid(`\`passes\` must be at most 10, got ${passes}. More has never found more.`);
  const output = options.outputTokens ?? Math.max(64, Math.min(1024, Math.floor(windowTokens / 4)));
  const { chunkTokens } = options;
  return {
    order,
    passes,
    windowTokens,
    task: requireOne('task', options.task ?? 'answer', ['answer', 'summary', 'timeline']),
    unit: requireOne('unit', options.unit ?? 'facts', ['facts', 'text']),
    unitTokens: requireWhole('unitTokens', options.unitTokens ?? 1024, 50, isCount),
    chunkTokens:
      chunkTokens === undefined ? undefined : requireWhole('chunkTokens', chunkTokens, 50, isCount),
    outputTokens: requireWhole('outputTokens', output, 64, isCount),
    isEstimated: options.countTokens === undefined,
    count: options.countTokens ?? (text => estimateTokens(text.length)),
  };
}

const marginTokens = 64;
const fewest = 50;

/**
 * Says how many tokens of the document a part may have (Chain of Agents, Algorithm 2, which
 * reserves nothing for the unit and the output: ours does). @throws TandemError `invalid_argument`
 */
export function partTokens(settings: Settings, fixedText: string): number {
  const { windowTokens, unitTokens, outputTokens, count, chunkTokens } = settings;
  const left = windowTokens - count(fixedText) - unitTokens - outputTokens - marginTokens;
  if (left >= fewest) return Math.min(left, chunkTokens ?? left);
  throw new TandemError(
    'invalid_argument',
    `\`windowTokens\` of ${windowTokens} leaves ${left} tokens for the text. Raise it, or lower ` +
      '`unitTokens` or ' +
      '`outputTokens`.',
    { data: { windowTokens, unitTokens, outputTokens, left } },
  );
}

function requireOne<Value extends string>(
  name: string,
  value: Value,
  allowed: readonly Value[],
): Value {
  if (allowed.includes(value)) return value;
  throw invalid(`\`${name}\` is "${value}". Use one of ${allowed.join(', ')}.`);
}

function invalid(message: string): TandemError {
  return new TandemError('invalid_argument', message);
}
