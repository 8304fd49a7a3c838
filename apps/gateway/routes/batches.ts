import * as z from 'zod';
import { labels } from '../../../src/index.ts';
import * as answers from '../answers.ts';
import { batchUrls } from '../batch/batch-lines.ts';
import type { KeptBatch } from '../batch/batch-store.ts';
import { batchObject } from '../batch/batches.ts';
import { type Exchange, type Route, route } from '../exchange.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { controls, joinControls, stricterLabel } from '../wire/controls.ts';
import { invalid, notFound, Problem } from '../wire/problem.ts';

const batchRequest = z.looseObject({
  input_file_id: z.string().min(1),
  endpoint: z.enum(batchUrls),
  completion_window: z.literal('24h'),
  metadata: z.record(z.string(), z.string()).nullish(),
  tandem: controls.optional(),
});

export const addBatch = route({
  method: 'post',
  path: '/v1/batches',
  summary: 'Answer the requests of a file in OpenAI’s batch format, beside other work.',
  scope: 'files',
  request: batchRequest,
  replies: answers.batch,
  answer: 'The batch, which goes on without its client.',
  async handle({ body, caller, services, controls: header }) {
    const { input_file_id: id, metadata = null, tandem, ...given } = body;
    const asked = joinControls(header, tandem);
    const row = await services.state.fileRow(caller.name, id);
    const file = row && (await services.state.file(caller.name, id));
    if (!row || !file)
      throw notFound('There is no such file here. Send it to `/v1/files`.', 'file_not_found');
    if (row.purpose !== 'batch') {
      const message = `The file is for "${row.purpose}". Send it with the purpose \`batch\`.`;
      throw invalid(message, 'input_file_id');
    }
    const { endpoint, completion_window } = given;
    const label = stricterLabel(
      asked.label,
      labels.find(each => each === file.label),
    );
    const stricter = { ...asked, ...(label && { label }) };
    const asking = { input_file_id: id, metadata, controls: stricter };
    const about = { endpoint, completion_window, ...asking };
    const batch = await services.batches.start({ ...about, caller, bytes: file.bytes });
    return { body: batchObject(batch) };
  },
});

export const listBatches: Route = {
  method: 'get',
  path: '/v1/batches',
  summary: 'List the caller’s batches, newest first.',
  scope: 'files',
  query: pageQuery,
  replies: answers.batchList,
  answer: 'A list of batches.',
  async handle({ services, caller, query }) {
    const rows = await services.batches.list(caller.name);
    const page = pageOf(rows, query, { idOf: ({ id }) => id, usual: 20, most: 100 });
    return { body: { ...page, data: page.data.map(batchObject) } };
  },
};

export const getBatch: Route = {
  method: 'get',
  path: '/v1/batches/{id}',
  summary: 'Say how far a batch is, and which files hold its answers and errors.',
  scope: 'files',
  replies: answers.batch,
  answer: 'The batch.',
  handle: async exchange => ({ body: batchObject(await requireBatch(exchange)) }),
};

export const cancelBatch: Route = {
  method: 'post',
  path: '/v1/batches/{id}/cancel',
  summary: 'End a batch; what is answered by then is in its files.',
  scope: 'files',
  replies: answers.batch,
  answer: 'The batch, `cancelling` until its files are written.',
  async handle(exchange) {
    const { id, ended_at: ended, status } = await requireBatch(exchange);
    if (ended !== undefined) {
      throw new Problem(
        { status: 409, type: 'invalid_request_error', code: 'batch_ended' },
        `The batch is ${status}: nothing of it is left to end. Read its files.`,
      );
    }
    const batch = (await exchange.services.batches.cancel(exchange.caller.name, id))!;
    return { body: batchObject(batch) };
  },
};

// The later, the stricter; -1 of none.

async function requireBatch({ services, caller, params }: Exchange): Promise<KeptBatch> {
  const batch = await services.batches.get(caller.name, params.id ?? '');
  if (batch) return batch;
  throw notFound('There is no such batch here. List `/v1/batches`.', 'batch_not_found');
}
