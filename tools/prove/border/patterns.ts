import { patternByName } from '../../../src/entries/config.ts';
import {
  cascade,
  chain,
  direct,
  extractive,
  type LanguageModel,
  maker,
  minions,
  router,
  shadow,
  validator,
} from '../../../src/index.ts';

type Made = (cloud: LanguageModel) => LanguageModel;

const local = extractive();
const whole: Made = cloud => cascade({ local, cloud, accept: validator(() => false) });

/** Names of patterns that have no way here; a new pattern is one. */
export function patternsWithoutWay(): string[] {
  const named = Object.keys(waysOfPatterns).map(way => way.split(' ')[0]);
  return Object.keys(patternByName).filter(name => !named.includes(name));
}

/** Ways to make every pattern of the table; the first word is the pattern's name. */
export const waysOfPatterns: Readonly<Record<string, Made>> = {
  cascade: whole,
  'cascade over minions': cloud =>
    cascade({ local: minions({ local, cloud }), cloud, accept: validator(() => false) }),
  router: cloud => router({ local, cloud, scorer: () => 0 }),
  maker: cloud => maker({ planner: cloud, solver: minions({ local, cloud }), k: 1, maxSamples: 2 }),
  minions: cloud => minions({ local, cloud }),
  'minions with a judge and an outline': cloud =>
    minions({ local, cloud, judge: cloud, outline: true, maxRounds: 5 }),
  'minions in a chat': cloud => minions({ local, cloud, protocol: 'chat', maxRounds: 3 }),
  'minions over a cascade': cloud => minions({ local, cloud: whole(cloud) }),
  chain: cloud => chain({ worker: local, manager: cloud }),
  'chain of free text': cloud => chain({ worker: local, manager: cloud, unit: 'text' }),
  shadow: cloud => shadow({ shown: minions({ local, cloud }), hidden: cloud }),
  auto: cloud => patternByName.auto!.make({ local, cloud }, {}),

  'direct, no pattern': cloud => direct(cloud),
};
