import { patternEntry } from '../../model/pattern/pattern-entry.ts';
import { routerData } from './options.ts';
import { router } from './router.ts';

/** The router as configuration knows it. */
export const routerEntry = patternEntry({
  summary:
    'a scorer sends simple requests to the local model, hard ones to the cloud, others to `unsure`',
  proposedFor: 'questions',
  moreRoles: ['unsure', 'classifier'],
  options: routerData,
  make: ({ local, cloud, unsure, classifier }, options) =>
    router({ local, cloud, unsure, classifier, ...options }),
});
