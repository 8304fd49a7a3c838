import { instructionsOfCompose } from '../../documents/compose-call.ts';
import type { ReadingEstimate, ReadingSizes } from '../../model/pattern/reading-estimate.ts';
import { hopFrame } from './hop-prompt.ts';
import { partTokens, type Settings } from './settings.ts';

// Assumed, and said so where the advice is shown: what a lookup or a short chain of facts needs.
const factTokens = 40;
const keptFacts = 12;
// An empty report, and one of the kept facts somewhere.
const emptyReport = 20;
const tagTokens = 30;

/**
 * Estimates one pass over the document; each further one, read only while questions stay open,
 * costs the same again.
 */
export function estimateChain(sizes: ReadingSizes, settings: Settings): ReadingEstimate {
  const { documentTokens, questionTokens, answerTokens } = sizes;
  const { count, passes, task } = settings;
  const frame = hopFrame(' '.repeat(4 * questionTokens), task);
  const perPart = partTokens(settings, frame);
  const parts = Math.max(1, Math.ceil(documentTokens / perPart));
  const unit = Math.min(settings.unitTokens, keptFacts * factTokens);
  const rounds = settings.order === 'parallel' ? passes : 1;
  // The unit grows from nothing to all of it on the way.
  const hopInput = parts * (count(frame) + unit / 2);
  return {
    calls: { device: parts * rounds, cloud: 1 },
    mostDeviceCalls: parts * (task === 'answer' ? passes : 1),
    input: {
      device: Math.round((documentTokens + hopInput) * rounds),
      cloud: count(instructionsOfCompose) + questionTokens + unit + tagTokens,
    },
    output: { device: (parts * emptyReport + unit) * rounds, cloud: answerTokens },
    leavingTokens: unit,
  };
}
