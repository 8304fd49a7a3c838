import {
  agreement,
  bySignal,
  cascade,
  confident,
  type Gate,
  greyBand,
  type LanguageModel,
  summaryOf,
  textOf,
  userCall,
} from '../../src/index.ts';
import { tinyModel } from '../../src/testing/index.ts';
import type { EvalResult, EvalRow } from '../result.ts';
import { hanoiRequests, isRightStep } from '../wind-tunnel/hanoi-requests.ts';

const gates: Readonly<Record<string, () => Gate>> = {
  'log-probabilities (the default where they come)': () => bySignal(),
  'agreement of 3 samples (the default where none come)': () => agreement(),
  'log-probabilities, agreement between .3 and .8': () =>
    greyBand(confident({ threshold: 0.8 }), { from: 0.3, to: 0.8, by: agreement() }),
};

/**
 * What the gate of a cascade that names none is worth, by the signal that it finds: real toy models
 * on steps of Towers of Hanoi of up to 8 disks, with exact truth. No threshold is fitted to them.
 */
export async function defaultGateEval(): Promise<EvalResult> {
  const rows: EvalRow[] = [];
  for (const name of ['early-400', 'early-200']) rows.push(...(await through(name)));
  return {
    eval: 'default-gate',
    notes: [
      'Toy models of 0.8 million parameters on Towers of Hanoi: real inference, exact truth; the ' +
        'local checkpoints have',
      'not seen these steps, the finished one has. The thresholds are the gates’ defaults, ' +
        'fitted to nothing.',
    ],
    rows,
  };
}

function toy(name: string): LanguageModel {
  return tinyModel({
    path: `models/hanoi-${name}-q8_0.gguf`,
    modelId: `tiny:hanoi-${name}`,
    stopAfter: ';',
  });
}

async function through(name: string): Promise<EvalRow[]> {
  const [local, cloud] = [toy(name), toy('finished')];
  const requests = hanoiRequests().filter(({ disks }) => disks <= 8);
  const share = (count: number) => count / requests.length;
  const right = async (asked: LanguageModel) => {
    let count = 0;
    for (const { prompt, state } of requests) {
      const text = textOf(await asked.doGenerate(userCall(prompt, { temperature: 0 })));
      if (isRightStep(state, text)) count++;
    }
    return share(count);
  };
  const rows: EvalRow[] = [
    { what: `${local.modelId} → ${cloud.modelId}`, value: `${requests.length} steps` },
    {
      what: '  right: local alone, finished alone',
      value: `${figure(await right(local))}, ${figure(await right(cloud))}`,
    },
  ];
  for (const [what, gate] of Object.entries(gates)) {
    const model = cascade({ local, cloud, accept: gate() });
    const found = { right: 0, sent: 0, calls: 0 };
    for (const { prompt, state } of requests) {
      const answer = await model.doGenerate(userCall(prompt, { temperature: 0 }));
      const { answeredBy, calls } = summaryOf(answer)!;
      if (isRightStep(state, textOf(answer))) found.right++;
      const isSent = answeredBy === cloud.modelId;
      if (isSent) found.sent++;
      found.calls += calls.device - (isSent ? 1 : 0);
    }
    const value =
      `right ${figure(share(found.right))}, sent ${figure(share(found.sent))}, ` +
      `${share(found.calls).toFixed(2)} local calls a request`;
    rows.push({ what: `  ${what}`, value });
  }
  return rows;
}

function figure(share: number): string {
  return share.toFixed(3);
}
