import { instructionsOfCompose } from '../../documents/compose-call.ts';
import { estimateTokens } from '../../model/leaf/leaf-call.ts';
import type {
  EstimateReading,
  ReadingEstimate,
  ReadingSizes,
} from '../../model/pattern/reading-estimate.ts';

/** A way to answer from a document. */
export type WayName =
  | 'whole'
  | 'whole-on-device'
  | 'retrieval'
  | 'retrieval-on-device'
  | 'minions'
  | 'chain';

/** Estimates of the reading patterns, by their names. */
export type ReaderEstimates = Readonly<Record<'minions' | 'chain', EstimateReading<never>>>;

/** Tokens of the passages that retrieval sends; a model on this device reads fewer well. */
export const retrievedTokens = 3000;
export const retrievedOnDevice = 1000;

/** Estimates every way for a document of these sizes. */
export function estimateWays(
  sizes: ReadingSizes,
  readers: ReaderEstimates,
): Readonly<Record<WayName, ReadingEstimate>> {
  const { documentTokens, questionTokens, answerTokens } = sizes;
  const all = documentTokens + questionTokens;
  const found = Math.min(documentTokens, retrievedTokens);
  const asked = estimateTokens(instructionsOfCompose.length) + questionTokens;
  const composed = asked + found;
  const foundHere = Math.min(documentTokens, retrievedOnDevice);
  return {
    whole: single('cloud', { input: all, output: answerTokens, leaving: documentTokens }),
    'whole-on-device': single('device', { input: all, output: answerTokens, leaving: 0 }),
    retrieval: single('cloud', { input: composed, output: answerTokens, leaving: found }),
    'retrieval-on-device': single('device', {
      input: asked + foundHere,
      output: answerTokens,
      leaving: 0,
    }),
    minions: readers.minions(sizes, {} as never),
    chain: readers.chain(sizes, {} as never),
  };
}

function single(
  place: 'device' | 'cloud',
  { input, output, leaving }: { input: number; output: number; leaving: number },
): ReadingEstimate {
  const here = (count: number) => ({ device: 0, cloud: 0, [place]: count });
  return {
    calls: here(1),
    mostDeviceCalls: place === 'device' ? 1 : 0,
    input: here(input),
    output: here(output),
    leavingTokens: leaving,
  };
}
