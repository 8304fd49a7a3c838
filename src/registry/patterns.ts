import type { PatternEntry } from '../model/pattern/pattern-entry.ts';
import { autoEntry } from '../patterns/auto/entry.ts';
import { cascadeEntry } from '../patterns/cascade/entry.ts';
import { chainEntry } from '../patterns/chain/entry.ts';
import { makerEntry } from '../patterns/maker/entry.ts';
import { minionsEntry } from '../patterns/minions/entry.ts';
import { routerEntry } from '../patterns/router/entry.ts';
import { shadowEntry } from '../patterns/shadow/entry.ts';

/** Every pattern by name; a new one is one line here. */
const entryByName = {
  cascade: cascadeEntry,
  router: routerEntry,
  maker: makerEntry,
  minions: minionsEntry,
  chain: chainEntry,
  shadow: shadowEntry,
  auto: autoEntry({ minions: minionsEntry, chain: chainEntry, plain: cascadeEntry }),
};

/** Every pattern by name, as configurations, command line and gateway look them up. */
export const patternByName: Readonly<Record<string, PatternEntry>> = entryByName;

/** The patterns as TypeScript knows them: each with its own options and roles. */
export type KnownPatterns = typeof entryByName;
