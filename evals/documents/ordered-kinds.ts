import { contract } from './contract.ts';
import { contraryAtlas } from './contrary-atlas.ts';
import type { GeneratedDocument, Making } from './generated.ts';
import { incidentLog } from './incident-log.ts';
import { bridgingFacts, keyNeedles, valueNeedles, variableChain } from './needles.ts';

/** Every kind of document that is read in the order of its parts. */
export const orderedKinds: readonly ((making: Making) => GeneratedDocument)[] = [
  incidentLog,
  contract,
  keyNeedles,
  valueNeedles,
  variableChain,
  making => bridgingFacts({ ...making, placement: 'forward' }),
  making => bridgingFacts({ ...making, placement: 'reverse' }),
  making => bridgingFacts({ ...making, placement: 'random', hops: 3 }),
  contraryAtlas,
];
