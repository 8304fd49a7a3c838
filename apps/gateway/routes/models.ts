import type { Served } from '../catalogue.ts';
import type { Route } from '../exchange.ts';
import { mayAsk } from '../policy/keys.ts';
import { requireServed } from '../work/prepare.ts';

export const listModels: Route = {
  method: 'get',
  path: '/v1/models',
  summary: 'List the models and patterns that may be asked.',
  scope: 'chat',
  answer: 'A list of models; `tandem` says what each is and where it runs.',
  handle: ({ catalogue, caller }) => ({
    body: {
      object: 'list',
      data: [...catalogue.served.values()].filter(({ name }) => mayAsk(caller, name)).map(modelObject),
    },
  }),
};

export const getModel: Route = {
  method: 'get',
  path: '/v1/models/{id}',
  summary: 'Describe a model or pattern.',
  scope: 'chat',
  answer: 'A model.',
  handle: exchange => ({ body: modelObject(requireServed(exchange, exchange.params.id ?? '')) }),
};

function modelObject({ name, kind, modelId, place }: Served): object {
  return { id: name, object: 'model', created: 0, owned_by: 'tandem', tandem: { kind, modelId, place } };
}
