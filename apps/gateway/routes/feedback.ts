import * as z from 'zod';
import { TandemError } from '../../../src/index.ts';
import * as answers from '../answers.ts';
import { type Exchange, route } from '../exchange.ts';
import { maySee } from '../policy/keys.ts';
import { notFound } from '../wire/problem.ts';

const feedback = z.strictObject({
  /** Id of the run, as `x-tandem-run-id` and `tandem.runId` of its answer say it. */
  run_id: z.string().min(1).max(200),
  /** What the reader thought of the answer. */
  rating: z.enum(['up', 'down']),
  /** Why, in the reader's words. */
  comment: z.string().max(4000).optional(),
  /** What was asked, whole: of the run itself the first 120 characters alone are kept. */
  prompt: z.string().max(100_000).optional(),
});

export const sendFeedback = route({
  method: 'post',
  path: '/v1/feedback',
  summary:
    'Say what a reader thought of an answer: a label for `tandem label --from-journal --by ' +
    'feedback`.',
  scope: 'chat',
  request: feedback,
  replies: answers.feedback,
  answer: 'The rating, as it is kept; a second one takes the place of the first.',
  async handle(exchange) {
    const { services, body } = exchange;
    const { run_id: id, ...rating } = body;
    await requireOwn(exchange, id);
    await services.rated.rate(id, rating);
    return { body: { object: 'feedback', run_id: id, rating: rating.rating } };
  },
});

// A run that is not there and one of another key look the same from outside.
async function requireOwn({ services, caller }: Exchange, id: string): Promise<void> {
  const { rated } = services;
  // Records of finished calls may lag behind their answers.
  await rated.store.flush();
  const run = await rated.show(id).catch((error: unknown) => {
    if (TandemError.isInstance(error) && error.code === 'unknown_name') return undefined;
    throw error;
  });
  const isOwn = run?.owner === (caller.key ? caller.name : null);
  if (run && (isOwn || maySee(caller, 'label'))) return;
  throw notFound(
    `No run "${id.slice(0, 60)}" of yours is kept here. Rate the id of an answer's ` +
      '`x-tandem-run-id`, on a server that was started with `--keep`.',
    'run_not_found',
    'run_id',
  );
}
