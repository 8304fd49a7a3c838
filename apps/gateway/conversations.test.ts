import { expect, it } from 'vitest';
import { doubleOf, promptText, scriptedModel } from '../../src/testing/index.ts';
import { type Json, jsonOf, startGateway, type TestGateway } from './start-gateway.ts';

const path = '/v1/responses';

const get = (gateway: TestGateway, at: string): Promise<Json> => jsonOf(gateway.send(at));

it('a conversation is made, gone on with, listed in pages, changed and forgotten', async () => {
  const local = scriptedModel(['hello Ann', 'Ann'], { modelId: 'local' });
  await using gateway = await startGateway({ local });
  const items = [{ role: 'user', content: 'I am Ann.' }];
  const made = await jsonOf(gateway.send('/v1/conversations', { items, metadata: { a: 'b' } }));
  expect(made).toMatchObject({ object: 'conversation', metadata: { a: 'b' } });
  const conversation = { id: made.id };
  const first = await jsonOf(
    gateway.send(path, { model: 'local', conversation: made.id, input: 'Greet me.' }),
  );
  expect(first.conversation).toEqual(conversation);
  const ask = { model: 'local', conversation, input: 'Who am I?', store: false, stream: true };
  expect(await (await gateway.send(path, ask)).text()).toContain('response.completed');
  expect(promptText(local.calls[1]!)).toMatch(/I am Ann.*Greet me.*hello Ann.*Who am I/s);
  const list = `/v1/conversations/${made.id}/items`;
  const all = await get(gateway, `${list}?order=asc`);
  expect(all.data.map(({ role }: Json) => role)).toEqual([
    ...['user', 'user', 'assistant', 'user', 'assistant'],
  ]);
  const page = await get(gateway, `${list}?limit=2`);
  expect(page).toMatchObject({ has_more: true, first_id: all.data[4].id, last_id: all.data[3].id });
  const next = await get(gateway, `${list}?limit=9&after=${page.last_id}`);
  expect([next.has_more, next.data.length]).toEqual([false, 3]);
  expect(await get(gateway, `${list}/${all.data[0].id}`)).toEqual(all.data[0]);
  const more = { items: [{ role: 'user', content: 'more' }] };
  expect((await jsonOf(gateway.send(list, more))).data).toHaveLength(1);
  const changed = { metadata: { c: 'd' } };
  expect(await jsonOf(gateway.send(`/v1/conversations/${made.id}`, changed))).toMatchObject(
    changed,
  );
  const gone = await gateway.send(`/v1/conversations/${made.id}`, undefined, { method: 'DELETE' });
  expect(await jsonOf(gone)).toMatchObject({ deleted: true });
  const after = await gateway.send(path, ask);
  expect([after.status, (await jsonOf(after)).error.param]).toEqual([404, 'conversation']);
});

it('what may not leave of a conversation may not of what goes on with it', async () => {
  const cloud = scriptedModel(['never'], { modelId: 'cloud', place: 'cloud' });
  await using gateway = await startGateway({ local: scriptedModel([]), cloud });
  const items = [{ role: 'user', content: 'secret' }];
  for (const [tandem, headers] of [
    [undefined, { 'x-tandem-label': 'local-only' }],
    [undefined, { 'x-tandem-mode': 'local-only' }],
    [{ label: 'local-only' }, {}],
    [{ mode: 'local-only' }, {}],
  ] as const) {
    const made = await jsonOf(gateway.send('/v1/conversations', { items, tandem }, { headers }));
    const { id } = await jsonOf(gateway.send('/v1/conversations', {}));
    await gateway.send(`/v1/conversations/${id}/items`, { items, tandem }, { headers });
    for (const conversation of [made.id, id]) {
      const asked = { model: 'cloud', conversation, input: 'Say it.' };
      expect((await gateway.send(path, asked)).status).toBe(403);
    }
  }
  expect(cloud.calls).toHaveLength(0);
  for (const tandem of [{ mask: true }, { lable: 'local-only' }])
    expect((await gateway.send('/v1/conversations', { items, tandem })).status).toBe(400);
});

it('an item keeps its label in a conversation, and a reference to nothing is told', async () => {
  const [local, cloud] = [
    scriptedModel(['the secret'], { modelId: 'local' }),
    scriptedModel(['never'], { modelId: 'cloud', place: 'cloud' }),
  ];
  await using gateway = await startGateway({ local, cloud });
  const headers = { 'x-tandem-label': 'local-only' };
  const said = { model: 'local', input: 'Say it.' };
  const response = await jsonOf(gateway.send(path, said, { headers }));
  const { id } = response.output[0];
  for (const item of [{ type: 'item_reference', id }, response.output[0]]) {
    const made = await jsonOf(gateway.send('/v1/conversations', { items: [item] }));
    const asked = { model: 'cloud', conversation: made.id, input: 'Say it again.' };
    expect((await gateway.send(path, asked)).status).toBe(403);
  }
  expect(cloud.calls).toHaveLength(0);
  const items = [{ type: 'item_reference', id: '42' }];
  const unknown = await gateway.send('/v1/conversations', { items });
  expect([unknown.status, (await jsonOf(unknown)).error.code]).toEqual([404, 'item_not_found']);
});

it('items of the input are listed, and a kept response streams again', async () => {
  await using gateway = await startGateway({ local: scriptedModel(['hi'], { modelId: 'local' }) });
  const kept = await jsonOf(gateway.send(path, { model: 'local', input: 'hello' }));
  const { data } = await get(gateway, `${path}/${kept.id}/input_items`);
  expect(data).toMatchObject([
    { type: 'message', content: [{ type: 'input_text', text: 'hello' }] },
  ]);
  const again = await (await gateway.send(`${path}/${kept.id}?stream=true`)).text();
  expect(again).toMatch(/response\.created.*output_text\.delta.*"hi".*response\.completed/s);
  const rest = await (await gateway.send(`${path}/${kept.id}?stream=true&starting_after=3`)).text();
  expect(rest).not.toContain('response.created');
});

it('a response in the background is fetched, and cancelled while it is made', async () => {
  const local = doubleOf({ modelId: 'local' }, () => ({ text: 'done', delayMs: 300 }));
  await using gateway = await startGateway({ local });
  const asked = { model: 'local', input: 'x', background: true };
  const begun = await jsonOf(gateway.send(path, asked));
  expect(begun).toMatchObject({ status: 'in_progress', background: true, output: [] });
  await expect
    .poll(async () => (await get(gateway, `${path}/${begun.id}`)).status, { timeout: 15_000 })
    .toBe('completed');
  const done = await get(gateway, `${path}/${begun.id}`);
  expect(done.output[0].content[0].text).toBe('done');
  const gone = await gateway.send(`${path}/${begun.id}`, undefined, { method: 'DELETE' });
  expect(gone.status).toBe(200);
  const { runId } = done.tandem;
  for (const at of [`${path}/${begun.id}`, `/v1/runs/${runId}`])
    expect([at, (await gateway.send(at)).status]).toEqual([at, 404]);
  const other = await jsonOf(gateway.send(path, asked));
  const cancelled = await jsonOf(gateway.send(`${path}/${other.id}/cancel`, {}));
  expect(cancelled.status).toBe('cancelled');
  const refused = await gateway.send(path, { ...asked, store: false });
  expect(refused.status).toBe(400);
});

it('a conversation is summed up in an item that stands for it', async () => {
  const local = scriptedModel(['They like tea.', 'Tea.'], { modelId: 'local' });
  await using gateway = await startGateway({ local });
  const input = [{ role: 'user', content: 'I like tea.' }];
  const compacted = await jsonOf(gateway.send(`${path}/compact`, { model: 'local', input }));
  expect(compacted).toMatchObject({
    object: 'response.compaction',
    output: [{ role: 'user' }, { type: 'compaction' }],
    usage: { input_tokens: expect.any(Number) },
  });
  const ask = [compacted.output[1], { role: 'user', content: 'What do I like?' }];
  const answer = await jsonOf(gateway.send(path, { model: 'local', input: ask }));
  expect(answer.tandem.warnings).toBeUndefined();
  expect(promptText(local.calls[1]!)).toContain('They like tea.');
  const foreign = [{ type: 'compaction', encrypted_content: 'other' }, ask[1]];
  const counted = await jsonOf(
    gateway.send(`${path}/input_tokens`, { model: 'local', input: ask }),
  );
  expect(counted).toMatchObject({ object: 'response.input_tokens' });
  expect(foreign).toHaveLength(2);
});

it('a WebSocket is answered 501', async () => {
  const { request } = await import('node:http');
  await using gateway = await startGateway({ local: scriptedModel([]) });
  const headers = { connection: 'Upgrade', upgrade: 'websocket' };
  const status = await new Promise(resolve =>
    request(`${gateway.url}${path}`, { headers }, response => {
      response.resume();
      resolve(response.statusCode);
    }).end(),
  );
  expect(status).toBe(501);
});
