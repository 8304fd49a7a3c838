import { type Adviser, adviserFor } from '../patterns/auto/adviser.ts';
import { chainEntry } from '../patterns/chain/entry.ts';
import { minionsEntry } from '../patterns/minions/entry.ts';

/** Says which way to answer from documents pays, before any call. @throws TandemError */
export const advise: Adviser = adviserFor({ minions: minionsEntry, chain: chainEntry });
