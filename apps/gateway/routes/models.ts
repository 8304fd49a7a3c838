import * as answers from '../answers.ts';
import type { Served } from '../catalogue.ts';
import type { Route } from '../exchange.ts';
import { mayAsk } from '../policy/keys.ts';
import { requireServed } from '../work/prepare.ts';

export const listModels: Route = {
  method: 'get',
  path: '/v1/models',
  summary: 'List the models and patterns that may be asked.',
  scope: 'chat',
  replies: answers.modelList,
  answer: 'A list of models; `tandem` says what each is and where it runs.',
  handle: async ({ catalogue, caller }) => {
    const served = [...catalogue.served.values()].filter(({ name }) => mayAsk(caller, name));
    return { body: { object: 'list', data: await Promise.all(served.map(modelObject)) } };
  },
};

export const getModel: Route = {
  method: 'get',
  path: '/v1/models/{id}',
  summary: 'Describe a model or pattern.',
  scope: 'chat',
  replies: answers.model,
  answer: 'A model.',
  handle: async exchange => ({
    body: await modelObject(requireServed(exchange, exchange.params.id ?? '')),
  }),
};

async function modelObject({ name, kind, modelId, place }: Served): Promise<object> {
  return {
    id: name,
    object: 'model',
    created: 0,
    owned_by: 'tandem',
    tandem: { kind, modelId, place: await place() },
  };
}
