import { patternEntry } from '../../model/pattern/pattern-entry.ts';
import { estimateMinions } from './estimate.ts';
import { minions } from './minions.ts';
import { minionsData } from './options.ts';

/** MINIONS as configuration knows it. */
export const minionsEntry = patternEntry({
  summary: 'local workers read long documents in parallel, the cloud answers from checked quotes',
  proposedFor: 'documents',
  moreRoles: ['judge'],
  options: minionsData,
  estimate: estimateMinions,
  make: ({ local, cloud, judge }, options) => minions({ local, cloud, judge, ...options }),
});
