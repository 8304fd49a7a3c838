import OpenAI, { toFile } from 'openai';
import { expect, it } from 'vitest';
import { startGateway } from '../../apps/gateway/start-gateway.ts';
import { scriptedModel } from '../../src/testing/index.ts';

it('files and batches of the official client work as they do at OpenAI', async () => {
  await using gateway = await startGateway({ local: scriptedModel(['one', 'two']) });
  const client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'none', maxRetries: 0 });
  const lines = ['a', 'b'].map(id =>
    JSON.stringify({
      ...{ custom_id: id, method: 'POST', url: '/v1/chat/completions' },
      body: { model: 'local', messages: [{ role: 'user', content: id }] },
    }),
  );
  const file = await client.files.create({
    file: await toFile(Buffer.from(`${lines.join('\n')}\nno json\n`), 'q.jsonl'),
    purpose: 'batch',
  });
  const made = await client.batches.create({
    ...{ input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' },
    metadata: { night: '1' },
  });
  expect(made).toMatchObject({ object: 'batch', input_file_id: file.id, metadata: { night: '1' } });
  await expect.poll(async () => (await client.batches.retrieve(made.id)).status).toBe('completed');
  const done = await client.batches.retrieve(made.id);
  expect(done.request_counts).toEqual({ total: 3, completed: 2, failed: 1 });
  const text = await (await client.files.content(done.output_file_id!)).text();
  const rows = text
    .trim()
    .split('\n')
    .map(
      row => JSON.parse(row) as { custom_id: string; response: { body: OpenAI.ChatCompletion } },
    );
  expect(rows.map(row => row.custom_id)).toEqual(['a', 'b']);
  expect(rows.map(row => row.response.body.choices[0]!.message.content).sort()).toEqual([
    'one',
    'two',
  ]);
  expect(await (await client.files.content(done.error_file_id!)).text()).toContain('invalid_json');
  const listed: string[] = [];
  for await (const batch of client.batches.list({ limit: 1 })) listed.push(batch.id);
  expect(listed).toEqual([made.id]);
  await expect(client.batches.cancel(made.id)).rejects.toMatchObject({ status: 409 });
});
