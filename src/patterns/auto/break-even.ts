import type { ReadingSizes } from '../../model/pattern/reading-estimate.ts';
import type { Price } from '../../model/run/limits.ts';
import { estimateWays, type ReaderEstimates } from './ways.ts';

const longest = 10_000_000;
// Most list prices ask so much more for an output token than for one of input.
const usualRatio: Price = { input: 1, output: 4 };

/**
 * Finds the length of document from which a pattern costs less in the cloud than the whole
 * document: above it the saving grows with the document. Local work is not counted; its time is
 * shown beside.
 */
export function breakEven(
  name: 'minions' | 'chain',
  given: {
    readonly sizes: ReadingSizes;
    readonly readers: ReaderEstimates;
    readonly price: Price | undefined;
  },
): number | 'never' {
  const { sizes, readers, price = usualRatio } = given;
  const difference = (documentTokens: number) => {
    const ways = estimateWays({ ...sizes, documentTokens }, readers);
    const cost = ({ input, output }: (typeof ways)['chain']) =>
      input.cloud * price.input + output.cloud * price.output;
    return cost(ways.whole) - cost(ways[name]);
  };
  if (difference(longest) <= 0) return 'never';
  let [low, high] = [0, longest];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (difference(middle) > 0) high = middle;
    else low = middle;
  }
  return high;
}
