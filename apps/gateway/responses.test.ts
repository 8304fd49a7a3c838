import { describe, expect, it } from 'vitest';
import { promptText, scriptedModel } from '../../src/testing/index.ts';
import { type Json, jsonOf, startGateway } from './start-gateway.ts';

const path = '/v1/responses';

async function eventsOf(response: Response): Promise<{ type: string; data: Json }[]> {
  const blocks = (await response.text()).trim().split('\n\n');
  return blocks.map(block => {
    const [, type = '', data = ''] = /^event: (.*)\ndata: (.*)$/s.exec(block) ?? [];
    return { type, data: JSON.parse(data) };
  });
}

const weather = {
  type: 'function',
  name: 'weather',
  parameters: { type: 'object', properties: {} },
};
const toolReply = {
  content: [
    { type: 'tool-call' as const, toolCallId: 'call_abc', toolName: 'weather', input: '{}' },
  ],
};

describe('a response', () => {
  it('answers in OpenAI’s shape', async () => {
    await using gateway = await startGateway({
      local: scriptedModel(['hi'], { modelId: 'local' }),
    });
    const body = await jsonOf(
      gateway.send(path, { model: 'local', input: 'hello', instructions: 'be brief' }),
    );
    expect(body).toMatchObject({
      object: 'response',
      status: 'completed',
      output: [
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'hi' }] },
      ],
      usage: { input_tokens: expect.any(Number) },
      tandem: { answeredBy: 'local' },
    });
  });

  it('streams every event in order, and ends with the same response', async () => {
    await using gateway = await startGateway({
      local: scriptedModel(['hello there'], { modelId: 'local' }),
    });
    const events = await eventsOf(
      await gateway.send(path, { model: 'local', input: 'hello', stream: true }),
    );
    const types = events.map(({ type }) => type);
    expect(types.slice(0, 4)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
    ]);
    expect(types.at(-1)).toBe('response.completed');
    expect(events.map(({ data }) => data.sequence_number)).toEqual(events.map((_, index) => index));
    const deltas = events
      .filter(({ type }) => type === 'response.output_text.delta')
      .map(({ data }) => data.delta);
    expect(deltas.join('')).toBe('hello there');
    expect(events.at(-1)?.data.response.output[0].content[0].text).toBe('hello there');
  });

  it('goes on with a kept one, not its instructions; a tool result finds its call', async () => {
    const local = scriptedModel([toolReply, 'It is sunny.', 'You asked about the weather.'], {
      modelId: 'local',
    });
    await using gateway = await startGateway({ local });
    const first = await jsonOf(
      gateway.send(path, {
        model: 'local',
        input: 'weather?',
        instructions: 'secret plan',
        tools: [weather],
      }),
    );
    const [call] = first.output;
    expect(call).toMatchObject({
      type: 'function_call',
      name: 'weather',
      call_id: expect.stringMatching(/^[0-9A-Za-z]{1,40}$/),
    });
    const second = await jsonOf(
      gateway.send(path, {
        model: 'local',
        previous_response_id: first.id,
        input: [{ type: 'function_call_output', call_id: call.call_id, output: 'sunny' }],
        tools: [weather],
      }),
    );
    expect(second.output[0].content[0].text).toBe('It is sunny.');
    const { prompt } = local.calls[1]!;
    expect(prompt.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
    expect(JSON.stringify(prompt)).toContain('"toolCallId":"call_abc"');
    const third = await gateway.send(path, {
      model: 'local',
      previous_response_id: second.id,
      input: 'and now?',
    });
    expect(third.status).toBe(200);
    expect(promptText(local.calls[2]!)).toContain('It is sunny.');
    expect(promptText(local.calls[2]!)).not.toContain('secret plan');
  });

  it('is kept unless it says otherwise, is read and forgotten; items are referred to', async () => {
    const local = scriptedModel(['one', 'two', 'three'], { modelId: 'local' });
    await using gateway = await startGateway({ local });
    const kept = await jsonOf(gateway.send(path, { model: 'local', input: 'a' }));
    const loose = await jsonOf(gateway.send(path, { model: 'local', input: 'b', store: false }));
    expect(await jsonOf(gateway.send(`${path}/${kept.id}`))).toEqual(kept);
    expect((await gateway.send(`${path}/${loose.id}`)).status).toBe(404);
    const input = [
      { type: 'item_reference', id: kept.output[0].id },
      { role: 'user', content: 'c' },
    ];
    expect((await gateway.send(path, { model: 'local', input })).status).toBe(200);
    expect(promptText(local.calls[2]!)).toContain('one');
    expect((await gateway.send(`${path}/${kept.id}`, undefined, { method: 'DELETE' })).status).toBe(
      200,
    );
    const after = await gateway.send(path, {
      model: 'local',
      input: 'd',
      previous_response_id: kept.id,
    });
    expect(after.status).toBe(400);
    expect((await jsonOf(after)).error).toMatchObject({
      code: 'previous_response_not_found',
      param: 'previous_response_id',
    });
  });

  it('says that it failed inside the stream, once it has begun', async () => {
    const local = scriptedModel([
      { text: 'long enough to break', breaks: { after: 2, error: new TypeError('terminated') } },
    ]);
    await using gateway = await startGateway({ local });
    const events = await eventsOf(
      await gateway.send(path, { model: 'local', input: 'x', stream: true }),
    );
    expect(events.at(-1)).toMatchObject({
      type: 'response.failed',
      data: {
        response: {
          status: 'failed',
          error: { code: 'server_error', message: expect.stringContaining('model_failed') },
          output: [{ status: 'incomplete', content: [{ type: 'output_text' }] }],
        },
      },
    });
  });
});
