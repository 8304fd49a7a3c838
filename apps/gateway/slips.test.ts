import { describe, expect, it } from 'vitest';
import { scriptedModel, startWireDouble } from '../../src/testing/index.ts';
import { routes } from './routes.ts';
import { jsonOf, startGateway, type TestGateway } from './start-gateway.ts';

const messages = [{ role: 'user', content: 'SECRET' }];
const vectors = JSON.stringify({ object: 'list', data: [], usage: { prompt_tokens: 1 } });

/** A server whose only models are clouds that count what reaches them. */
async function startTapped() {
  const upstream = await startWireDouble([{ raw: vectors }]);
  const cloud = scriptedModel(
    Array.from({ length: 40 }, () => 'from afar'),
    { modelId: 'cloud', place: 'cloud' },
  );
  const far = { model: 'ada', endpoint: `${upstream.url}/v1`, place: 'cloud' as const };
  const gateway = await startGateway({ cloud }, { gateway: { embeddings: { far } } });
  return {
    gateway,
    reached: () => cloud.calls.length + upstream.requests.length,
    async [Symbol.asyncDispose]() {
      await gateway.close(0);
      await upstream.close();
    },
  };
}

const bodies: Readonly<Record<string, object>> = {
  '/v1/chat/completions': { model: 'cloud', messages },
  '/v1/responses': { model: 'cloud', input: 'SECRET' },
  '/v1/embeddings': { model: 'far', input: 'SECRET' },
  '/v1/runs': { model: 'cloud', messages },
  '/v1/route': { model: 'cloud', messages },
};

function post(
  gateway: TestGateway,
  path: string,
  { body = {}, headers = {} }: { body?: object; headers?: Record<string, string> },
) {
  return gateway.send(path, { ...bodies[path], ...body }, { headers });
}

async function refused(reply: Promise<Response>, said: string): Promise<void> {
  const response = await reply;
  const text = await response.text();
  expect(response.status, text).toBe(400);
  expect(JSON.parse(text).error.message).toContain(said);
}

const headerSlips: readonly (readonly [header: string, value: string, said: string])[] = [
  ['x-tandem-mod', 'local-only', 'Did you mean "x-tandem-mode"?'],
  ['x-tandem-lable', 'local-only', 'Did you mean "x-tandem-label"?'],
  ['x-tandem-masked', 'true', 'Did you mean "x-tandem-mask"?'],
  ['x-tandem-budget', '0', 'x-tandem-budget-usd'],
  ['X-Tandem_Mode', 'local-only', 'Did you mean "x-tandem-mode"?'],
  ['tandem-mode', 'local-only', 'Did you mean "x-tandem-mode"?'],
  ['x-tandm-mode', 'local-only', 'Did you mean "x-tandem-mode"?'],
  ['x-tandem-privacy', 'strict', 'x-tandem-'],
  ['x-tandem-mode', 'local_only', 'Did you mean "local-only"?'],
  ['x-tandem-mode', 'Local-Only', 'Did you mean "local-only"?'],
  ['x-tandem-mode', 'strict', 'There are cloud-allowed'],
  ['x-tandem-mode', '', 'There are cloud-allowed'],
  ['x-tandem-label', 'localonly', 'Did you mean "local-only"?'],
  ['x-tandem-label', 'extract', 'Did you mean "extracts"?'],
  ['x-tandem-mask', 'ture', 'Did you mean "true"?'],
  ['x-tandem-mask', '1', 'of x-tandem-mask is not known'],
  ['x-tandem-budget-usd', 'none', 'budget-usd'],
  ['x-tandem-mode', 'local-only, cloud-allowed', 'twice with different values'],
  ['x-tandem-label', 'cloud-allowed,local-only', 'twice with different values'],
];

const bodySlips: readonly (readonly [body: object, said: string])[] = [
  [{ tandem_options: { mode: 'local-only' } }, 'Did you mean "tandem"?'],
  [{ Tandem: { mode: 'local-only' } }, 'Did you mean "tandem"?'],
  [{ tandom: { mode: 'local-only' } }, 'Did you mean "tandem"?'],
  [{ 'x-tandem-mode': 'local-only' }, 'Did you mean "tandem"?'],
  [{ tandem: { mod: 'local-only' } }, 'Did you mean "mode"?'],
  [{ tandem: { Label: 'local-only' } }, 'Did you mean "label"?'],
  [{ tandem: { budget: 0 } }, 'budgetUsd'],
  [{ tandem: { deadline_ms: 10 } }, 'Did you mean "deadlineMs"?'],
  [{ tandem: { mode: 'local_only' } }, 'Did you mean "local-only"?'],
  [{ tandem: { label: 'localonly' } }, 'Did you mean "local-only"?'],
  [{ tandem: { mask: 'true' } }, 'tandem.mask'],
  [{ tandem: 'local-only' }, 'tandem'],
  [{ tandem: [{ mode: 'local-only' }] }, 'tandem'],
  [{ tandem: null }, 'tandem'],
  [{ mode: 'local-only' }, 'Write it as `tandem.mode`'],
  [{ label: 'local-only' }, 'Write it as `tandem.label`'],
  [{ mask: true }, 'Write it as `tandem.mask`'],
  [{ budget_usd: 0 }, 'Write it as `tandem.budgetUsd`'],
  [{ extra_body: { tandem: { mode: 'local-only' } } }, 'Write it as `tandem`'],
  [{ metadata: { 'x-tandem-label': 'local-only' } }, 'metadata.x-tandem-label'],
  [{ tools: [{ type: 'function', label: 'local-only' }] }, 'tools[0].label'],
  [{ tools: [{ function: { name: 'f', tandem: {} } }] }, 'tools[0].function.tandem'],
];

const part = { type: 'text', text: 'SECRET' };
const file = { filename: 'a.txt', file_data: 'data:text/plain;base64,U0VDUkVU' };
const messageSlips: readonly (readonly [message: object, where: string])[] = [
  [{ role: 'user', content: 'SECRET', label: 'local-only' }, 'messages[0].label'],
  [{ role: 'user', content: [{ ...part, label: 'localonly' }] }, 'messages[0].content[0].label'],
  [
    { role: 'user', content: [{ type: 'file', file: { ...file, label: 'extracts' } }] },
    'messages[0].content[0].file.label',
  ],
  [
    { role: 'tool', tool_call_id: 'a', content: 'SECRET', label: 'local-only' },
    'messages[0].label',
  ],
];
const itemSlips: readonly (readonly [item: object, where: string])[] = [
  [{ role: 'user', content: 'SECRET', label: 'local-only' }, 'input[0].label'],
  [
    { role: 'user', content: [{ type: 'input_file', ...file, label: 'local-only' }] },
    'input[0].content[0].label',
  ],
  [
    { type: 'function_call_output', call_id: 'a', output: 'SECRET', label: 'extracts' },
    'input[0].label',
  ],
  [
    { type: 'function_call_output', call_id: 'a', output: [{ ...part, tandem: {} }] },
    'input[0].output[0].tandem',
  ],
];

describe.each(Object.keys(bodies))('a control that is misspelt, at %s', path => {
  it('is refused in a header, with the nearest one, and nothing is sent', async () => {
    await using tapped = await startTapped();
    for (const [header, value, said] of headerSlips) {
      await refused(post(tapped.gateway, path, { headers: { [header]: value } }), said);
    }
    expect(tapped.reached()).toBe(0);
  });

  it('is refused in the body, with the nearest one, and nothing is sent', async () => {
    await using tapped = await startTapped();
    for (const [body, said] of bodySlips) await refused(post(tapped.gateway, path, { body }), said);
    await refused(
      tapped.gateway.send(`${path}?tandem.mode=local-only`, bodies[path]),
      'in the query',
    );
    await refused(tapped.gateway.send(`${path}?label=local-only`, bodies[path]), 'in the query');
    expect(tapped.reached()).toBe(0);
  });

  it('is not seen where there is none', async () => {
    await using tapped = await startTapped();
    const headers = {
      'x-stainless-os': 'Linux',
      'x-request-id': 'a',
      'x-random-id': 'b',
      'x-tandem-mode': 'cloud-allowed, cloud-allowed',
      traceparent: '00-1-1-00',
      'openai-organization': 'o',
    };
    const body = {
      ...{
        user: 'me',
        metadata: { tandem: 'bicycle', label: 'local-only' },
        mode: 'fast',
        label: 'mine',
        service_tier: 'auto',
      },
      ...{ random_seed: 1, modalities: ['text'], truncation: 'auto', top_k: 1, mask: 'a.png' },
    };
    const reply = await post(tapped.gateway, path, { headers, body });
    expect(reply.status, await reply.text()).toBeLessThan(300);
  });
});

describe('controls in two places', () => {
  it('hold as the stricter says, whichever place it stands in', async () => {
    await using tapped = await startTapped();
    for (const [loose, strict] of [
      ['cloud-allowed', 'local-only'],
      ['local-preferred', 'local-only'],
    ] as const) {
      for (const [header, own] of [
        [loose, strict],
        [strict, loose],
      ] as const) {
        const asked = { headers: { 'x-tandem-mode': header }, body: { tandem: { mode: own } } };
        expect((await post(tapped.gateway, '/v1/chat/completions', asked)).status).toBe(403);
      }
    }
    for (const [header, own] of [
      ['cloud-allowed', 'local-only'],
      ['local-only', 'extracts'],
    ] as const) {
      const asked = { headers: { 'x-tandem-label': header }, body: { tandem: { label: own } } };
      expect((await post(tapped.gateway, '/v1/responses', asked)).status).toBe(403);
    }
    const budget = { headers: { 'x-tandem-budget-usd': '0' }, body: { tandem: { budgetUsd: 5 } } };
    expect((await post(tapped.gateway, '/v1/chat/completions', budget)).status).toBe(402);
    expect(tapped.reached()).toBe(0);
  });

  it('are refused where one stands twice in a body, in whatever letters', async () => {
    await using tapped = await startTapped();
    const rest = JSON.stringify({ model: 'cloud', messages }).slice(1);
    for (const twice of [
      '{"tandem":{"label":"local-only"},"tandem":{},',
      '{"t\\u0061ndem":{"label":"local-only"},"tandem":{},',
      '{"tandem":{"label":"local-only","label":"cloud-allowed"},',
    ]) {
      const body = Buffer.from(twice + rest);
      const headers = { 'content-type': 'application/json' };
      const { url } = tapped.gateway;
      const sent = fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body });
      await refused(sent, 'given twice');
    }
    expect(tapped.reached()).toBe(0);
  });

  it('a label of one message, part, file or item is refused where it would be lost', async () => {
    await using tapped = await startTapped();
    for (const [message, where] of messageSlips)
      await refused(
        post(tapped.gateway, '/v1/chat/completions', { body: { messages: [message] } }),
        where,
      );
    for (const [item, where] of itemSlips)
      await refused(post(tapped.gateway, '/v1/responses', { body: { input: [item] } }), where);
    const named = [{ role: 'user', content: [{ ...part, label: 'Invoice 12' }], label: 'mine' }];
    const plain = post(tapped.gateway, '/v1/chat/completions', { body: { messages: named } });
    expect((await plain).status).toBe(200);
  });

  it('a control of one message is refused where it would be lost', async () => {
    await using tapped = await startTapped();
    const own = [
      {
        role: 'user',
        content: [{ type: 'text', text: 'SECRET', tandem: { label: 'local-only' } }],
      },
    ];
    await refused(
      post(tapped.gateway, '/v1/chat/completions', { body: { messages: own } }),
      'messages[0].content[0].tandem',
    );
    const item = [{ role: 'user', content: 'SECRET', tandem: { label: 'local-only' } }];
    await refused(
      post(tapped.gateway, '/v1/responses', { body: { input: item } }),
      'input[0].tandem',
    );
    expect(tapped.reached()).toBe(0);
  });
});

describe('the label of an upload', () => {
  const upload = (
    gateway: TestGateway,
    fields: readonly (readonly [string, string])[],
    headers: Record<string, string> = {},
  ) => {
    const form = new FormData();
    form.set('file', new File(['SECRET'], 'a.txt', { type: 'text/plain' }));
    for (const [name, value] of fields) form.append(name, value);
    return gateway.send('/v1/files', undefined, { method: 'POST', body: form, headers });
  };

  it('is refused where it is misspelt, or given twice', async () => {
    await using tapped = await startTapped();
    for (const [fields, said] of [
      [[['lable', 'local-only']], 'Did you mean "label"?'],
      [[['Label', 'local-only']], 'Did you mean "label"?'],
      [[['tandem', '{"label":"local-only"}']], 'label'],
      [[['tandem.label', 'local-only']], 'label'],
      [[['label', 'localonly']], 'Did you mean "local-only"?'],
      [
        [
          ['label', 'local-only'],
          ['label', 'cloud-allowed'],
        ],
        'twice with different values',
      ],
    ] as const) {
      await refused(upload(tapped.gateway, fields), said);
    }
    for (const [header, value, said] of headerSlips) {
      await refused(upload(tapped.gateway, [], { [header]: value }), said);
    }
    expect((await jsonOf(tapped.gateway.send('/v1/files'))).data).toEqual([]);
  });

  it('may stand in a header, and the stricter of two holds', async () => {
    await using tapped = await startTapped();
    const header = { 'x-tandem-label': 'local-only' };
    for (const fields of [[], [['label', 'cloud-allowed']], [['purpose', 'batch']]] as const) {
      expect((await jsonOf(upload(tapped.gateway, fields, header))).tandem.label).toBe(
        'local-only',
      );
    }
    expect(
      (
        await jsonOf(
          upload(tapped.gateway, [
            ['purpose', 'x'],
            ['expires_after[seconds]', '3600'],
          ]),
        )
      ).tandem,
    ).toEqual({
      mediaType: 'text/plain',
    });
  });
});

describe('a route that takes no body', () => {
  const bodiless = routes.filter(
    ({ method, request, upload, scope }) => method !== 'get' && !request && !upload && scope,
  );

  it.each(bodiless.map(({ method, path }) => [method, path] as const))(
    '%s %s refuses a wish that it would not hear, and takes none',
    async (method, path) => {
      await using tapped = await startTapped();
      const { gateway } = tapped;
      const at = path.replace(/\{\w+\}/g, 'some-id');
      const send = (body: string) => gateway.send(at, body, { method: method.toUpperCase() });
      await refused(send('{"tandem":{"mode":"local-only"}}'), '`tandem` has no meaning');
      await refused(send('{"mode":"local-only"}'), 'tandem.mode');
      await refused(send('{"tandm":{"mode":"local-only"}}'), 'Did you mean "tandem"');
      await refused(send('no JSON'), 'not JSON');
      for (const body of ['', '{}']) expect((await send(body)).status).not.toBe(400);
    },
  );
});
