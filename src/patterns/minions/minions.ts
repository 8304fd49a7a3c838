import { readOptions } from '../../config/read-options.ts';
import { definePattern } from '../../model/pattern/define-pattern.ts';
import type { LanguageModel } from '../../model/types.ts';
import { type MinionsOptions, minionsOptions } from './options.ts';
import { settingsOf } from './settings.ts';

/**
 * Answers from long documents that stay here: the cloud writes jobs, local workers read chunks in
 * parallel, their quotes are checked, and the cloud answers from a capped selection of them, or
 * asks for another round. Every answer says what was read, and which of its claims no quote
 * supports. Source: MinionS (arXiv:2502.15964).
 * @example
 * ```ts
 * const reader = minions({ local, cloud });
 * const call = documentCall('What was the revenue of 2023?', [{ title: 'report.txt', text }]);
 * console.log(textOf(await reader.doGenerate(call)));
 * ```
 */
export function minions(options: MinionsOptions): LanguageModel {
  const checked = readOptions(minionsOptions, options, 'minions');
  const { local, cloud, judge, protocol } = checked;
  const settings = settingsOf(checked);
  return definePattern({
    name: protocol === 'chat' ? 'minion' : 'minions',
    models: [local, cloud, judge, settings.embedder?.leaf, settings.reranker?.leaf].filter(
      model => model !== undefined,
    ),
    baseline: cloud,
    ignores: ['tools'],
    // What reads is loaded with the first question.
    async generate(call, ask) {
      const { readAndAnswer } = await import('./read-and-answer.ts');
      return readAndAnswer({ local, cloud, judge, protocol, settings }, call, ask);
    },
  });
}
