import type * as z from 'zod';
import type { TokenCounter } from '../../algorithms/text/chunk-by-tokens.ts';
import { TandemError } from '../../model/errors.ts';
import { estimateTokens } from '../../model/leaf/leaf-call.ts';
import { capabilitiesOf } from '../../model/leaf/model/capabilities.ts';
import type { LanguageModel } from '../../model/types.ts';
import type { chainData, chainOptions } from './options.ts';

/** Options, checked and complete. */
export interface Settings
  extends Pick<ChainData, 'task' | 'order' | 'unit' | 'unitTokens' | 'chunkTokens'> {
  readonly passes: number;
  readonly windowTokens: number;
  readonly outputTokens: number;
  readonly count: TokenCounter;
  /** Whether tokens are only estimated from characters. */
  readonly isEstimated: boolean;
}

type ChainData = Omit<z.output<typeof chainData>, 'embedder' | 'reranker'>;

/** What the settings of a chain come from; a worker says which window it is known to have. */
export type ChainFacts = ChainData &
  Partial<Pick<z.output<typeof chainOptions>, 'worker' | 'countTokens'>>;

/** Completes options by each other, and by what is known of the worker. */
export function settingsOf(options: ChainFacts): Settings {
  const { task, order, unit, unitTokens, chunkTokens, worker, countTokens } = options;
  const { windowTokens = defaultWindow(worker), passes = order === 'parallel' ? 3 : 2 } = options;
  const quarter = Math.floor(windowTokens / 4);
  const { outputTokens = Math.max(64, Math.min(1024, quarter)) } = options;
  const count = countTokens ?? estimatedTokens;
  const isEstimated = countTokens === undefined;
  const given = { task, order, unit, unitTokens, chunkTokens };
  return { ...given, passes, windowTokens, outputTokens, count, isEstimated };
}

/** Signs of scripts of which a token holds one or two, and not four. */
export const denseSigns = /[\u0370-\u1fff\u2e80-\ud7ff\uf900-\ufdff\ufe70-\uffef]/gu;

// Of Latin letters a token holds about four, of others two, of ideographs and kana one at most.
function estimatedTokens(text: string): number {
  const dense = text.match(denseSigns) ?? [];
  const wide = dense.filter(sign => sign >= '\u2e80' && sign < '\ufb50').length;
  return estimateTokens(text.length + dense.length + 2 * wide);
}

function defaultWindow(worker: LanguageModel | undefined): number {
  return Math.min(8192, (worker && capabilitiesOf(worker).contextTokens) ?? 8192);
}

// Tokens are estimated: of some texts they are more.
const shrinking = 0.6;

/**
 * Completes settings for a window that turned out to be smaller: the one that a worker is known to
 * have, or a smaller one where a prompt did not fit all the same.
 */
export function narrowed(settings: Settings, worker: LanguageModel, didFit = true): Settings {
  const known = capabilitiesOf(worker).contextTokens ?? settings.windowTokens;
  const { windowTokens: before, unitTokens, outputTokens } = settings;
  if (known >= before && didFit) return settings;
  const windowTokens = known < before ? known : Math.floor(shrinking * before);
  const share = windowTokens / before;
  return {
    ...settings,
    windowTokens,
    unitTokens: Math.floor(share * unitTokens),
    outputTokens: Math.max(64, Math.floor(share * outputTokens)),
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
