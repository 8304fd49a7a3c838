import * as z from 'zod';
import { deferred } from '../../algorithms/deferred.ts';
import { patternEntry } from '../../model/pattern/pattern-entry.ts';
import { shadow } from './shadow.ts';

/**
 * The shadow as configuration knows it: `shown` and `hidden` name patterns; they default to local
 * and cloud.
 */
export const shadowEntry = patternEntry({
  summary: 'shows what `shown` answers, asks `hidden` beside it, and says whether they agree',
  moreRoles: ['shown', 'hidden'],
  options: deferred(() => z.strictObject({})),
  make: ({ local, cloud, shown = local, hidden = cloud }) => shadow({ shown, hidden }),
});
