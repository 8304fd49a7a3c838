import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { scriptedModel } from '../../src/testing/index.ts';
import { jsonOf, startGateway, type TestGateway } from './start-gateway.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-labels-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = '/v1/responses';
const twelve = (text: string) => Array.from({ length: 12 }, () => text);
const models = () => ({
  local: scriptedModel(twelve('I read the SECRET.'), { modelId: 'local' }),
  cloud: scriptedModel(twelve('from afar'), { modelId: 'cloud', place: 'cloud' }),
});

async function respond(gateway: TestGateway, body: object, headers: Record<string, string> = {}) {
  const reply = await gateway.send(path, { input: 'SECRET', ...body }, { headers });
  const text = await reply.text();
  const isStream = 'stream' in body && reply.ok;
  const last = isStream ? text.trim().split('\n\n').at(-1)!.split('\ndata: ')[1]! : text;
  const read = JSON.parse(last);
  return { status: reply.status, ...(isStream ? read.response : read) };
}

async function upload(gateway: TestGateway, label?: string): Promise<string> {
  const form = new FormData();
  form.set('file', new File(['SECRET of the file'], 'a.txt', { type: 'text/plain' }));
  if (label) form.set('label', label);
  return (await jsonOf(gateway.send('/v1/files', undefined, { method: 'POST', body: form }))).id;
}

const withFile = (id: string) => [
  {
    role: 'user',
    content: [
      { type: 'input_file', file_id: id },
      { type: 'input_text', text: 'What?' },
    ],
  },
];
const denied = { status: 403, error: { code: 'egress_denied' } };

// How a request may go on with an earlier response.
const ways: Readonly<Record<string, (first: { id: string; output: { id: string }[] }) => object>> =
  {
    previous_response_id: first => ({ previous_response_id: first.id, input: 'and?' }),
    item_reference: first => ({
      input: [
        { type: 'item_reference', id: first.output[0]!.id },
        { role: 'user', content: 'go on' },
      ],
    }),
    'an item in full, with its id': first => ({
      input: [first.output[0], { role: 'user', content: 'go on' }],
    }),
  };
const shapes = [{}, { stream: true }];

describe.each(Object.entries(ways))('a request that goes on by %s', (_way, goOn) => {
  it.each(['local-only', 'extracts'])(
    'inherits the label %s, whole and streamed, asked by header and body',
    async label => {
      const { local, cloud } = models();
      await using gateway = await startGateway({ local, cloud });
      for (const shape of shapes) {
        for (const [more, headers] of [
          [{ tandem: { label } }, {}],
          [{}, { 'x-tandem-label': label }],
        ] as const) {
          const first = await respond(gateway, { model: 'local', ...shape, ...more }, headers);
          expect(first.status, JSON.stringify(first)).toBe('completed');
          for (const next of shapes) {
            expect(
              await respond(gateway, { model: 'cloud', ...next, ...goOn(first) }),
            ).toMatchObject(denied);
            const loosened = { ...goOn(first), ...next, tandem: { label: 'cloud-allowed' } };
            expect(await respond(gateway, { model: 'cloud', ...loosened })).toMatchObject(denied);
          }
        }
      }
      expect(cloud.calls).toHaveLength(0);
    },
  );

  it('counts as labelled `local-only` where the first was asked of this device alone', async () => {
    const { local, cloud } = models();
    await using gateway = await startGateway({ local, cloud });
    for (const [more, headers] of [
      [{ tandem: { mode: 'local-only' } }, {}],
      [{}, { 'x-tandem-mode': 'local-only' }],
    ] as const) {
      const first = await respond(gateway, { model: 'local', ...more }, headers);
      expect(await respond(gateway, { model: 'cloud', ...goOn(first) })).toMatchObject(denied);
    }
    expect(cloud.calls).toHaveLength(0);
  });

  it('inherits the label of a file, through answers in between that do not name it', async () => {
    const { local, cloud } = models();
    await using gateway = await startGateway({ local, cloud });
    const input = withFile(await upload(gateway, 'local-only'));
    let last = await respond(gateway, { model: 'local', input });
    for (let n = 0; n < 3; n++) last = await respond(gateway, { model: 'local', ...goOn(last) });
    expect(await respond(gateway, { model: 'cloud', ...goOn(last) })).toMatchObject(denied);
    expect(cloud.calls).toHaveLength(0);
  });

  it('may leave where nothing in it is labelled', async () => {
    const { local, cloud } = models();
    await using gateway = await startGateway({ local, cloud });
    const first = await respond(gateway, {
      model: 'local',
      input: withFile(await upload(gateway)),
    });
    expect(await respond(gateway, { model: 'cloud', ...goOn(first) })).toMatchObject({
      status: 'completed',
    });
  });

  it.each([undefined, 'a pass phrase'])('keeps the label over a restart (key: %s)', async key => {
    const state = join(folder, `${key ?? 'plain'}-${Object.keys(ways).indexOf(_way)}.db`);
    const journal = { path: join(folder, `${key ?? 'plain'}.journal.db`), ...(key && { key }) };
    let first: Awaited<ReturnType<typeof respond>>;
    {
      await using gateway = await startGateway(models(), { gateway: { state } }, { journal });
      first = await respond(gateway, { model: 'local' }, { 'x-tandem-label': 'local-only' });
    }
    const { local, cloud } = models();
    await using gateway = await startGateway({ local, cloud }, { gateway: { state } }, { journal });
    expect(await respond(gateway, { model: 'cloud', ...goOn(first) })).toMatchObject(denied);
    expect(cloud.calls).toHaveLength(0);
  });

  it('goes by the files of a response that an earlier version kept without a label', async () => {
    const state = join(folder, `old-${Object.keys(ways).indexOf(_way)}.db`);
    const kept: Awaited<ReturnType<typeof respond>>[] = [];
    {
      await using gateway = await startGateway(models(), { gateway: { state } });
      kept.push(
        await respond(gateway, {
          model: 'local',
          input: withFile(await upload(gateway, 'local-only')),
        }),
      );
      kept.push(await respond(gateway, { model: 'local' }));
    }
    const database = new DatabaseSync(state);
    database.exec("update kept set head = '{}' where kind = 'response'");
    database.close();
    const { local, cloud } = models();
    await using gateway = await startGateway({ local, cloud }, { gateway: { state } });
    expect(await respond(gateway, { model: 'cloud', ...goOn(kept[0]!) })).toMatchObject(denied);
    expect(await respond(gateway, { model: 'cloud', ...goOn(kept[1]!) })).toMatchObject({
      status: 'completed',
    });
  });
});

describe('an item that a client sends back', () => {
  type Item = { id: string; type: string };
  const next = (items: unknown[]) => ({ input: [...items, { role: 'user', content: 'go on' }] });
  const labelled = { headers: { 'x-tandem-label': 'local-only' } };

  // What is handed out under a label: as items of an input, of a conversation, and in a summary.
  const given: Readonly<Record<string, (gateway: TestGateway) => Promise<Item[]>>> = {
    'of an input': async gateway => {
      const first = await respond(gateway, { model: 'local' }, labelled.headers);
      return (await jsonOf(gateway.send(`${path}/${first.id}/input_items`))).data;
    },
    'of a conversation': async gateway => {
      const items = [{ type: 'message', role: 'user', content: 'SECRET' }];
      const { id } = await jsonOf(gateway.send('/v1/conversations', { items }, labelled));
      return (await jsonOf(gateway.send(`/v1/conversations/${id}/items`))).data;
    },
    'that was added to a conversation': async gateway => {
      const at = '/v1/conversations';
      const { id } = await jsonOf(gateway.send(at, { items: [{ role: 'user', content: 'Hi' }] }));
      const items = [{ type: 'message', role: 'user', content: 'SECRET' }];
      return (await jsonOf(gateway.send(`${at}/${id}/items`, { items }, labelled))).data;
    },
    'that stands for a conversation': async gateway => {
      const body = { model: 'local', input: [{ role: 'user', content: 'SECRET' }] };
      return (await jsonOf(gateway.send(`${path}/compact`, body, labelled))).output;
    },
  };

  it.each(Object.entries(given))(
    '%s keeps its label: in full, named, in another conversation',
    async (_, give) => {
      const { local, cloud } = models();
      await using gateway = await startGateway({ local, cloud });
      const items = await give(gateway);
      const named = items.map(({ id }) => ({ type: 'item_reference', id }));
      for (const sent of [items, named]) {
        expect(await respond(gateway, { model: 'cloud', ...next(sent) })).toMatchObject(denied);
        expect(
          await respond(gateway, { model: 'cloud', stream: true, ...next(sent) }),
        ).toMatchObject(denied);
        const other = await jsonOf(gateway.send('/v1/conversations', { items: sent }));
        const body = { model: 'cloud', conversation: other.id, input: 'go on' };
        expect(await respond(gateway, body)).toMatchObject(denied);
      }
      expect(cloud.calls).toHaveLength(0);
    },
  );

  it('keeps the label of a summary without its id, unstored, and at another server', async () => {
    const { local, cloud } = models();
    await using gateway = await startGateway({ local, cloud });
    const asked = { model: 'local', input: [{ role: 'user', content: 'SECRET' }], store: false };
    const said = await jsonOf(gateway.send(`${path}/compact`, asked, labelled));
    const { id: _, ...summary } = said.output.at(-1);
    await using other = await startGateway({ ...models(), cloud });
    for (const to of [gateway, other])
      expect(await respond(to, { model: 'cloud', ...next([summary]) })).toMatchObject(denied);
    expect((await gateway.send(`${path}/${said.id}`)).status).toBe(404);
    expect(cloud.calls).toHaveLength(0);
  });
});

describe('labels of responses', () => {
  it('hold for what was made of one that is gone', async () => {
    const { local, cloud } = models();
    await using gateway = await startGateway({ local, cloud });
    const first = await respond(gateway, { model: 'local' }, { 'x-tandem-label': 'local-only' });
    const second = await respond(gateway, { model: 'local', previous_response_id: first.id });
    await gateway.send(`${path}/${first.id}`, undefined, { method: 'DELETE' });
    expect(
      await respond(gateway, { model: 'cloud', previous_response_id: second.id }),
    ).toMatchObject(denied);
  });

  it('hold for one that is not stored itself but made of one that is', async () => {
    const { local, cloud } = models();
    await using gateway = await startGateway({ local, cloud });
    const first = await respond(gateway, { model: 'local' }, { 'x-tandem-label': 'local-only' });
    const again = await respond(gateway, {
      model: 'cloud',
      store: false,
      previous_response_id: first.id,
    });
    expect(again).toMatchObject(denied);
    expect(cloud.calls).toHaveLength(0);
  });

  it('hold for a pattern over both models, also asked twice', async () => {
    const cloud = scriptedModel([], { modelId: 'cloud', place: 'cloud' });
    await using gateway = await startGateway({ ...models(), cloud });
    const first = await respond(gateway, { model: 'local' }, { 'x-tandem-label': 'local-only' });
    const body = { model: 'cascade', previous_response_id: first.id, stream: true };
    await respond(gateway, body);
    await respond(gateway, body);
    expect(cloud.calls).toHaveLength(0);
  });
});
