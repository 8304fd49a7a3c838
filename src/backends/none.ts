import { TandemError } from '../model/errors.ts';
import { listingNamed, noteListing } from '../model/leaf/cost/catalogue.ts';
import { costOf, priceOf } from '../model/leaf/cost/prices.ts';
import { charactersOf, estimateTokens } from '../model/leaf/leaf-call.ts';
import { inCloud, standingIn } from '../model/leaf/model/place.ts';
import type { Withheld } from '../model/run/summary.ts';
import type { Scheme } from '../model/spec.ts';
import type { Call, LanguageModel } from '../model/types.ts';

/**
 * Stands where a cloud model is not configured: every call fails with `not_configured` and says
 * what would have gone there, priced as some known model. Nothing leaves, and the call is not
 * counted.
 * @example
 * ```ts
 * const support = cascade({ local, cloud: notConfigured('gpt-4.1') });
 * ```
 */
export function notConfigured(pricedAs = 'gpt-4.1'): LanguageModel {
  const refuse = (call: Call): never => {
    const withheld = withheldBy(call, pricedAs);
    const money =
      withheld.costUsd === 'unknown' ? 'of unknown price' : `about $${withheld.costUsd.toFixed(6)}`;
    throw new TandemError(
      'not_configured',
      `No cloud model is configured. ${withheld.tokens} tokens would have gone there (${money} ` +
        'at the list price of ' +
        `${pricedAs}). Set LLM_BACKEND, give \`--cloud\`, or name one in tandem.config.json.`,
      { data: { withheld } },
    );
  };
  const model = inCloud<LanguageModel>({
    specificationVersion: 'v4',
    provider: 'tandem.none',
    modelId: `none:${pricedAs}`,
    supportedUrls: {},
    doGenerate: async call => refuse(call),
    doStream: async call => refuse(call),
  });
  noteListing(model, listingNamed(pricedAs));
  return standingIn(model);
}

/** `none:gpt-4.1`: no model, with the price of one. */
export const noneScheme: Scheme = {
  name: 'none',
  summary: 'no model: says what would have gone to the cloud, at the price of the model named',
  example: 'none:gpt-4.1',
  create: pricedAs => notConfigured(pricedAs || undefined),
};

function withheldBy(call: Call, pricedAs: string): Withheld {
  const characters = charactersOf(call.prompt);
  const tokens = estimateTokens(characters);
  const costUsd = costOf({ input: tokens, cachedInput: 0, output: 0 }, priceOf(pricedAs));
  return { characters, tokens, costUsd, pricedAs };
}
