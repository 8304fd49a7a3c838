import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { doubleOf, promptText } from '../../../src/testing/index.ts';
import { jsonOf, startGateway } from '../start-gateway.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-evidence-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const fee = 'The monthly service fee is 4,800 euros';
const filler = 'Filler words stand here. '.repeat(8);
const text = Array.from({ length: 60 }, (_, at) => (at === 31 ? `${fee}.` : filler)).join('\n\n');
const file = {
  filename: 'msa.txt',
  file_data: `data:text/plain;base64,${Buffer.from(text).toString('base64')}`,
};
const content = [
  { type: 'file', file },
  { type: 'text', text: 'What is the monthly service fee?' },
];
const local = doubleOf({ modelId: 'small' }, given => {
  const found = promptText(given).includes(fee) ? fee : null;
  return { text: JSON.stringify({ citation: found, answer: found, facts: [] }) };
});
const cloud = doubleOf({ modelId: 'large', place: 'cloud' }, () => ({
  text: 'The fee is 4,800 euros [e1].',
}));

it.each([false, true])('keeps the quotes of an answer beside its run, stream %s', async stream => {
  const journal = { path: join(folder, 'tandem.db') };
  await using gateway = await startGateway({ local, cloud }, {}, { journal });
  const key = /#key=(.+)$/.exec(gateway.studio.url)?.[1];
  const headers = { authorization: `Bearer ${key}` };
  const body = { model: 'minions', stream, messages: [{ role: 'user', content }] };
  const answer = await gateway.send('/v1/chat/completions', body);
  await answer.text();
  const path = `/v1/runs/${answer.headers.get('x-tandem-run-id')}/details`;
  const details = async () => jsonOf(gateway.send(path, undefined, { headers }));
  await expect
    .poll(async () => (await details()).evidence?.[0], { timeout: 15_000 })
    .toMatchObject({ id: 'e1', title: 'msa.txt', line: 63, quote: fee });
});

it('shows the text that left, masked as it left, to whoever may see content', async () => {
  const journal = { path: join(folder, 'tandem.db') };
  await using gateway = await startGateway({ local, cloud }, {}, { journal });
  const key = /#key=(.+)$/.exec(gateway.studio.url)?.[1];
  const headers = { authorization: `Bearer ${key}` };
  const messages = [{ role: 'user', content: 'Write to jo@example.org.' }];
  const answer = await gateway.send('/v1/chat/completions', {
    ...{ model: 'cloud', messages, tandem: { mask: true } },
  });
  await answer.text();
  const run = `/v1/runs/${answer.headers.get('x-tandem-run-id')}`;
  const { egress } = await jsonOf(gateway.send(`${run}/details`, undefined, { headers }));
  const path = `${run}/egress/${egress[0].contentHash}/content`;
  const text = 'Write to MASKED_EMAIL_';
  expect(await jsonOf(gateway.send(path, undefined, { headers }))).toMatchObject({
    object: 'egress.content',
    messages: [{ role: 'user', text: expect.stringContaining(text) }],
  });
  expect((await gateway.send(path)).status).toBe(403);
  const other = `${run}/egress/none/content`;
  expect((await gateway.send(other, undefined, { headers })).status).toBe(404);
});
