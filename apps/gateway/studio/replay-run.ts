import * as z from 'zod';
import { costOf, priceOf } from '../../../src/entries/backends.ts';
import { type FileJournal, leavesOf, memorySink } from '../../../src/entries/runs.ts';
import { run, summaryOf, TandemError, textOf } from '../../../src/index.ts';
import { type Exchange, route } from '../exchange.ts';
import type { Question } from '../pairs/keep-question.ts';
import { chatCall } from '../wire/chat-call.ts';
import { chatRequest } from '../wire/chat-request.ts';
import { checkBody } from '../wire/check-body.ts';
import { notFound } from '../wire/problem.ts';
import { fileSource } from '../work/file-source.ts';
import { labelled, limitsOf, requireServed } from '../work/prepare.ts';
import { findRun } from './run-details.ts';

const outcome = z.object({
  model: z.string(),
  answeredBy: z.string().nullable(),
  reason: z.string(),
  /** Of the recorded calls that it used, at list prices; null where one has none. */
  costUsd: z.number().nullable(),
  cloudCalls: z.number(),
  answer: z.string().nullable(),
});
type Outcome = z.infer<typeof outcome>;

export const replayRun = route({
  method: 'post',
  path: '/v1/runs/{id}/replay',
  summary: 'Say what another pattern would have made of a run, from its recorded calls alone.',
  scope: 'content',
  request: z.strictObject({ model: z.string() }),
  replies: z.object({
    object: z.literal('replay'),
    was: outcome,
    wouldBe: outcome,
    agrees: z.boolean(),
  }),
  answer: 'Both decisions; no model is asked. 404 where the question is not kept whole.',
  works: true,
  async handle(exchange) {
    const found = await findRun(exchange);
    const { journal } = exchange.services.studio;
    const kept = 'root' in found ? undefined : await journal?.readBeside(found.id, 'question');
    if ('root' in found || !journal || !kept) {
      throw notFound(
        'The question of this run is not kept whole, so that it cannot be replayed. Those of ' +
          'cascades are, which may leave.',
        'content_not_kept',
      );
    }
    const { body, model } = kept as Question;
    const replayed = { ...exchange, body, journal, id: found.id };
    const was = await replayedBy(model, replayed);
    const wouldBe = await replayedBy(exchange.body.model, replayed);
    const agrees = was.answer !== null && was.answer === wouldBe.answer;
    return { body: { object: 'replay', was, wouldBe, agrees } };
  },
});

type Replayed = Exchange & { readonly journal: FileJournal; readonly id: string };

// What the recorded calls do not hold ends it: nobody is asked.
async function replayedBy(name: string, exchange: Replayed): Promise<Outcome> {
  const { catalogue, services, signal, journal, id } = exchange;
  const served = requireServed(exchange, name);
  const body = checkBody(chatRequest, exchange.body);
  const controls = body.tandem ?? {};
  const files = await fileSource(exchange);
  const call = labelled(chatCall(body, { ids: services.ids, files }), controls);
  const sink = memorySink();
  const settings = { ...limitsOf(exchange, controls), journal: await journal.replay([id]), sink };
  let said: Pick<Outcome, 'answeredBy' | 'reason' | 'answer'>;
  try {
    const answer = await run(settings, async () =>
      served.model.doGenerate({ ...call, abortSignal: signal }),
    );
    const { answeredBy = served.modelId, reason = '' } = summaryOf(answer) ?? {};
    said = { answeredBy, reason, answer: textOf(answer).trim() };
  } catch (error) {
    if (!TandemError.isInstance(error)) throw error;
    said = { answeredBy: null, reason: error.message, answer: null };
  }
  const ofCloud = sink.runs
    .flatMap(({ root }) => leavesOf(root))
    .filter(({ place }) => place === 'cloud');
  const costs = ofCloud.map(({ tokens, modelId }) => {
    const model = [...catalogue.served.values()].find(each => each.modelId === modelId)?.model;
    return tokens ? costOf(tokens, priceOf(model ?? modelId, catalogue.policy.prices)) : 'unknown';
  });
  const costUsd = costs.reduce<number | null>(
    (sum, cost) => (sum === null || cost === 'unknown' ? null : sum + cost),
    0,
  );
  return { model: name, ...said, costUsd, cloudCalls: ofCloud.length };
}
