import { type ChainOptions, chain, documentCall, textOf } from '../../src/index.ts';
import { bridgingCase, type Placement, partTokens } from './bridging.ts';
import {
  type RelayErrors,
  rewritingWorker,
  simulatedManager,
  structuredWorker,
} from './simulated-relay.ts';

/** A kind of relay over a kind of text. */
export interface Setting {
  readonly parts: number;
  readonly hops: number;
  readonly placement: Placement;
  readonly unit: 'facts' | 'text';
  readonly order?: NonNullable<ChainOptions['order']>;
  readonly passes?: number;
  readonly retention?: number;
}

/** Rates with which the reference values were made. */
const rates = { detection: 0.95, blindDetection: 0.2 };

/** Measures the share of right answers through the real pattern with simulated workers. */
export async function successRate(
  setting: Setting,
  { trials, random }: { trials: number; random: () => number },
): Promise<number> {
  const errors: RelayErrors = {
    ...rates,
    retention: setting.retention ?? 1,
    leadsWithin: setting.order !== 'parallel',
  };
  let right = 0;
  for (let trial = 0; trial < trials; trial++) {
    const given = bridgingCase(setting, random);
    const worker = (setting.unit === 'text' ? rewritingWorker : structuredWorker)(
      given,
      errors,
      random,
    );
    const model = chain({
      worker,
      manager: simulatedManager(given),
      unit: setting.unit,
      order: setting.order ?? 'left-to-right',
      passes: setting.passes ?? 1,
      windowTokens: 4096,
      chunkTokens: partTokens,
    });
    const call = documentCall(given.question, [{ title: 'house.txt', text: given.text }]);
    const answer = await model.doGenerate(call);
    if (textOf(answer) === given.answer) right++;
  }
  return right / trials;
}
