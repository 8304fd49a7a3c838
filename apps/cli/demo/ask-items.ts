import type { Withheld } from '../../../src/entries/runs.ts';
import {
  type Answer,
  type Call,
  type LanguageModel,
  type Summary,
  summaryOf,
  TandemError,
  textOf,
} from '../../../src/index.ts';
import { citationsOf } from '../explain.ts';
import type { Item, Section, Stage } from './section.ts';
import { totals } from './section.ts';

/** A request of a scenario, with what makes its answer right. */
export interface Request {
  readonly shown: string;
  readonly call: Call;
  /** Words of a right local answer; absent for what is known to need the cloud. */
  readonly expected?: string;
}

/** What asking a list of requests came to. */
export type Asked = Pick<Section, 'ok' | 'calls' | 'egress' | 'costUsd' | 'wouldGo' | 'items'> & {
  readonly summaries: readonly Summary[];
};

/**
 * Asks requests one after the other. A request that needs the cloud is right when it is left to the
 * cloud: answered there if there is one, shown as "would go" and left unanswered if not.
 */
export async function askItems(
  model: LanguageModel,
  requests: readonly Request[],
  stage: Stage,
): Promise<Asked> {
  const items: Item[] = [];
  const summaries: Summary[] = [];
  const withheld: Withheld[] = [];
  for (const [index, request] of requests.entries()) {
    stage.terminal.progress(`${model.modelId}: ${index + 1} of ${requests.length}`);
    try {
      const answer = await model.doGenerate({ ...request.call, abortSignal: stage.signal });
      const summary = summaryOf(answer)!;
      summaries.push(summary);
      items.push(answeredItem(request, answer, summary));
    } catch (error) {
      if (!TandemError.isInstance(error)) throw error;
      if (error.data.withheld) withheld.push(error.data.withheld as Withheld);
      items.push(failedItem(request, error));
    }
  }
  return {
    ...totals(summaries),
    items,
    summaries,
    ok: items.every(item => item.isRight),
    wouldGo: addWithheld(withheld),
  };
}

/** Adds up what would have gone to the cloud. */
export function addWithheld(withheld: readonly Withheld[]): Section['wouldGo'] {
  const isPriced = withheld.every(({ costUsd }) => costUsd !== 'unknown');
  return {
    items: withheld.length,
    tokens: withheld.reduce((sum, { tokens }) => sum + tokens, 0),
    costUsd: isPriced
      ? withheld.reduce((sum, { costUsd }) => sum + (costUsd as number), 0)
      : 'unknown',
  };
}

function answeredItem({ shown, expected }: Request, answer: Answer, summary: Summary): Item {
  const text = textOf(answer).trim();
  const isCloud = summary.place === 'cloud';
  const isRight = isCloud || (expected !== undefined && text.includes(expected));
  const citations = citationsOf(answer)
    .filter(({ id }) => text.includes(`[${id}]`))
    .map(
      ({ id, title, page, start, end }) =>
        `[${id}] ${title}, page ${page}, characters ${start}–${end}`,
    );
  const outcome = isCloud ? ('cloud' as const) : ('local' as const);
  return {
    request: shown,
    answer: text,
    outcome,
    isRight,
    why: summary.reason,
    ...(citations.length > 0 && { citations }),
  };
}

function failedItem({ shown, expected }: Request, error: TandemError): Item {
  const isWithheld = error.code === 'not_configured';
  return {
    request: shown,
    answer: null,
    outcome: isWithheld ? 'would go to the cloud' : 'failed',
    isRight: isWithheld && expected === undefined,
    why: isWithheld ? 'the local model is not enough' : error.message,
  };
}
