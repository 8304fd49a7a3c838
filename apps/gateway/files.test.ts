import { describe, expect, it } from 'vitest';
import { scriptedModel, startWireDouble } from '../../src/testing/index.ts';
import { hashOf } from './policy/keys.ts';
import { jsonOf, startGateway, type TestGateway } from './start-gateway.ts';

async function upload(
  gateway: TestGateway,
  text: string,
  fields: Record<string, string> = {},
  headers = {},
) {
  const form = new FormData();
  form.set('file', new File([text], 'report.txt', { type: 'text/plain' }));
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return gateway.send('/v1/files', undefined, { method: 'POST', body: form, headers });
}

describe('files', () => {
  it('are kept, listed, read and forgotten', async () => {
    await using gateway = await startGateway({ local: scriptedModel([]) });
    const file = await jsonOf(upload(gateway, 'All is well.', { purpose: 'assistants' }));
    expect(file).toMatchObject({
      object: 'file',
      filename: 'report.txt',
      bytes: 12,
      purpose: 'assistants',
    });
    expect(file.id).toMatch(/^file-[0-9A-Za-z]+$/);
    expect((await jsonOf(gateway.send('/v1/files'))).data).toEqual([file]);
    expect(await (await gateway.send(`/v1/files/${file.id}/content`)).text()).toBe('All is well.');
    expect(
      await jsonOf(gateway.send(`/v1/files/${file.id}`, undefined, { method: 'DELETE' })),
    ).toMatchObject({
      deleted: true,
    });
    expect((await gateway.send(`/v1/files/${file.id}`)).status).toBe(404);
  });

  it('are named in messages, and their label is kept', async () => {
    const [local, cloud] = [
      scriptedModel([]),
      scriptedModel(['never'], { modelId: 'cloud', place: 'cloud' }),
    ];
    await using gateway = await startGateway({ local, cloud });
    const file = await jsonOf(upload(gateway, 'The secret is out.', { label: 'local-only' }));
    const messages = [
      {
        role: 'user',
        content: [
          { type: 'file', file: { file_id: file.id } },
          { type: 'text', text: 'What?' },
        ],
      },
    ];
    const refused = await gateway.send('/v1/chat/completions', { model: 'cloud', messages });
    expect(refused.status).toBe(403);
    expect((await jsonOf(refused)).error.code).toBe('egress_denied');
    expect(cloud.calls).toHaveLength(0);
  });

  it('that cannot be read say so and why, and stay what they are', async () => {
    await using gateway = await startGateway({ local: scriptedModel([]) });
    const send = async (name: string, content: string, type: string, purpose = 'user_data') => {
      const form = new FormData();
      form.set('file', new File([content], name, { type }));
      form.set('purpose', purpose);
      return jsonOf(gateway.send('/v1/files', undefined, { method: 'POST', body: form }));
    };
    const broken = await send('a.pdf', '%PDF-1.7\n1 0 obj\nxref', 'application/pdf');
    expect(broken).toMatchObject({
      status: 'error',
      status_details: expect.stringContaining('The PDF is broken'),
    });
    expect(await jsonOf(gateway.send(`/v1/files/${broken.id}`))).toEqual(broken);
    expect((await jsonOf(gateway.send('/v1/files'))).data).toEqual([broken]);
    expect(
      await send('b.bin', '\u0001\u0000\u0002'.repeat(99), 'application/x-binary'),
    ).toMatchObject({ status: 'error', status_details: expect.stringContaining('binary') });
    expect(await send('c.txt', 'All is well.', 'text/plain')).toMatchObject({
      status: 'processed',
    });
    expect(await send('c.png', '\u0089PNG', 'image/png')).toMatchObject({ status: 'processed' });
    expect(await send('d.jsonl', '\u0000', 'text/plain', 'batch')).toMatchObject({
      status: 'processed',
    });
  });

  it('are their owner’s alone', async () => {
    const keys = ['a', 'b'].map(name => ({ name, hash: hashOf(`key-of-${name}`) }));
    await using gateway = await startGateway({ local: scriptedModel([]) }, { gateway: { keys } });
    const as = (name: string) => ({ authorization: `Bearer key-of-${name}` });
    const file = await jsonOf(upload(gateway, 'mine', {}, as('a')));
    expect(
      (await gateway.send(`/v1/files/${file.id}`, undefined, { headers: as('a') })).status,
    ).toBe(200);
    expect(
      (await gateway.send(`/v1/files/${file.id}`, undefined, { headers: as('b') })).status,
    ).toBe(404);
    expect((await jsonOf(gateway.send('/v1/files', undefined, { headers: as('b') }))).data).toEqual(
      [],
    );
  });

  it('are bounded, each and together', async () => {
    const limits = { fileBytes: 2048, keptBytes: 1500 };
    await using gateway = await startGateway({ local: scriptedModel([]) }, { gateway: { limits } });
    expect((await upload(gateway, 'x'.repeat(4096))).status).toBe(413);
    expect((await upload(gateway, 'x'.repeat(1000))).status).toBe(200);
    const full = await upload(gateway, 'x'.repeat(1000));
    expect((await jsonOf(full)).error.code).toBe('storage_full');
  });
});

describe('embeddings', () => {
  it('are passed to the configured server alone, and refused where they would leave', async () => {
    await using upstream = await startWireDouble([
      { raw: JSON.stringify({ object: 'list', data: [], usage: { prompt_tokens: 3 } }) },
    ]);
    const gatewaySettings = {
      embeddings: {
        near: { model: 'nomic', endpoint: `${upstream.url}/v1` },
        far: { model: 'ada', endpoint: `${upstream.url}/v1`, place: 'cloud' },
      },
    };
    const config = { privacy: { mode: 'local-only' as const }, gateway: gatewaySettings };
    await using gateway = await startGateway({ local: scriptedModel([]) }, config);
    const body = await jsonOf(
      gateway.send('/v1/embeddings', {
        model: 'near',
        input: ['a', 'b'],
        endpoint: 'http://evil.example',
      }),
    );
    expect(body).toMatchObject({ object: 'list', model: 'near' });
    expect(upstream.requests[0]).toMatchObject({
      path: '/v1/embeddings',
      body: { model: 'nomic', input: ['a', 'b'] },
    });
    expect((await gateway.send('/v1/embeddings', { model: 'far', input: 'a' })).status).toBe(403);
    expect((await gateway.send('/v1/embeddings', { model: 'no', input: 'a' })).status).toBe(404);
    expect(upstream.requests).toHaveLength(1);
  });

  it('never go where a server redirects to', async () => {
    await using elsewhere = await startWireDouble();
    await using upstream = await startWireDouble([
      { status: 307, headers: { location: `${elsewhere.url}/v1?k=v` } },
    ]);
    const near = { model: 'nomic', endpoint: `${upstream.url}/v1` };
    await using gateway = await startGateway(
      { local: scriptedModel([]) },
      { gateway: { embeddings: { near } } },
    );
    const refused = await gateway.send('/v1/embeddings', { model: 'near', input: 'a' });
    expect(refused.status).toBe(502);
    const { error } = await jsonOf(refused);
    expect(error).toMatchObject({ code: 'model_failed' });
    expect(error.message).toContain(
      `redirect to ${new URL(elsewhere.url).host}. Redirects are not followed`,
    );
    expect(elsewhere.requests).toHaveLength(0);
  });
});

it('files come in pages of one purpose, and one that has expired is gone', async () => {
  await using gateway = await startGateway({ local: scriptedModel([]) });
  const ids: string[] = [];
  for (const purpose of ['batch', 'user_data', 'batch'])
    ids.unshift((await jsonOf(upload(gateway, 'x', { purpose }))).id);
  const list = async (query: string) => jsonOf(gateway.send(`/v1/files?${query}`));
  const page = await list('limit=1&purpose=batch');
  expect(page).toMatchObject({ data: [{ id: ids[0] }], has_more: true, last_id: ids[0] });
  expect(await list(`purpose=batch&after=${ids[0]}`)).toMatchObject({
    data: [{ id: ids[2] }],
    has_more: false,
  });
  expect((await list('order=asc')).first_id).toBe(ids[2]);
  expect((await gateway.send('/v1/files?limit=0')).status).toBe(400);
  const expiry = { 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': '1' };
  const brief = await jsonOf(upload(gateway, 'x', expiry));
  expect(brief.expires_at).toBe(brief.created_at + 1);
  await expect
    .poll(async () => (await gateway.send(`/v1/files/${brief.id}`)).status, { timeout: 10_000 })
    .toBe(404);
  expect((await list('')).data).toHaveLength(3);
});
