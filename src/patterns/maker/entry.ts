import { patternEntry } from '../../model/pattern/pattern-entry.ts';
import { maker } from './maker.ts';
import { makerData } from './options.ts';

/** MAKER as configuration knows it: the cloud plans, the local model votes. */
export const makerEntry = patternEntry({
  summary:
    'the cloud writes small steps, the local model votes on each until one answer leads by k',
  proposedFor: 'questions',
  moreRoles: ['escalate', 'discriminator'],
  // Votes take turns between the local model and these.
  roleLists: ['moreSolvers'],
  options: makerData,
  make: ({ local, cloud, escalate, discriminator }, options, { moreSolvers = [] } = {}) =>
    maker({
      planner: cloud,
      solver: [local, ...moreSolvers],
      escalate,
      discriminator,
      ...options,
    }),
});
