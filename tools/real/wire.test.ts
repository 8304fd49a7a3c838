import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openKeptAnswers, openWire } from './wire.ts';

const body = (id: string) => ({
  temperature: 0,
  messages: [
    { role: 'assistant', tool_calls: [{ id, function: { name: 'weather' } }] },
    { role: 'tool', tool_call_id: id, content: '4' },
  ],
});

it('finds a kept answer again, whatever ids the calls bear that it follows on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-wire-'));
  const file = join(folder, 'kept.jsonl');
  const kept = {
    key: 'of an earlier run',
    model: 'small',
    path: '/v1/chat/completions',
    body: body('call_26d63e3e-6d2c-4c55-9ef6-02e26ebe96ac'),
    status: 200,
    type: 'application/json',
    answer: '{"kept":true}',
  };
  writeFileSync(file, `${JSON.stringify(kept)}\n`);
  const wire = await openWire('small', undefined, openKeptAnswers(file));
  try {
    const ask = (id: string) =>
      fetch(`${wire.url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(body(id)) });
    const again = await ask('call_11111111-2222-3333-4444-555555555555');
    expect(await again.json()).toEqual({ kept: true });
    expect((await ask('call_of_another_kind')).status).toBe(502);
  } finally {
    await wire.close();
    rmSync(folder, { recursive: true });
  }
});
