import { rerankerBy } from '../../backends/served-reranker.ts';
import { readOptions } from '../../config/read-options.ts';
import { isComposite } from '../../model/leaf/model/place.ts';
import { limit } from '../../model/limit.ts';
import { definePattern } from '../../model/pattern/define-pattern.ts';
import type { LanguageModel } from '../../model/types.ts';
import { type ChainOptions, chainOptions } from './options.ts';
import { settingsOf } from './settings.ts';

/**
 * Answers from a document of any length: workers relay a structured unit of quoted facts from part
 * to part, again while questions stay open, and the manager answers from the last unit alone.
 * Source: Chain of Agents (arXiv:2406.02818), Algorithms 1 and 2.
 * @throws TandemError `invalid_argument`
 * @example
 * ```ts
 * const reader = chain({ worker: local, manager: cloud });
 * const answer = await reader.doGenerate(documentCall('Who signed?', [{ title: 'a.txt', text }]));
 * ```
 */
export function chain(options: ChainOptions): LanguageModel {
  const checked = readOptions(chainOptions, options, 'chain');
  const { worker: given, manager, concurrency, reuse, embedder } = checked;
  const settings = settingsOf(checked);
  const isBounded = settings.order === 'parallel' && !isComposite(given);
  // Where parts are read at the same time, a model reads so many; a pattern bounds itself.
  const worker = isBounded ? limit(given, { concurrency }) : given;
  const finders = { embedder, reranker: rerankerBy(checked.reranker, worker) };
  const finding = [embedder?.leaf, finders.reranker?.leaf].filter(model => model !== undefined);
  return definePattern({
    name: 'chain',
    models: [given, manager, ...finding],
    baseline: manager,
    ignores: ['tools'],
    // What reads is loaded with the first question.
    async generate(call, ask) {
      const { relayAndAnswer } = await import('./relay-and-answer.ts');
      return relayAndAnswer({ worker, manager, reuse, settings, finders }, call, ask);
    },
  });
}
