import { readOptions } from '../../config/read-options.ts';
import { patternEntry } from '../../model/pattern/pattern-entry.ts';
import { chain } from './chain.ts';
import { estimateChain } from './estimate.ts';
import { chainData } from './options.ts';
import { settingsOf } from './settings.ts';

/** Chain of Agents as configuration knows it: the local model relays, the cloud is the manager. */
export const chainEntry = patternEntry({
  summary:
    'local workers relay quoted facts along a document of any length, the cloud answers from them',
  moreRoles: [],
  options: chainData,
  make: ({ local, cloud }, options) => chain({ worker: local, manager: cloud, ...options }),
  estimate: (sizes, options) =>
    estimateChain(sizes, settingsOf(readOptions(chainData, options, 'chain'))),
});
