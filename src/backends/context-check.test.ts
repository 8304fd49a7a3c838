import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../model/answer.ts';
import { collectStream } from '../testing/double.ts';
import { startWireDouble, type WireStep } from '../testing/wire/wire-double.ts';
import { promptTokens, wasCut } from './context-check.ts';
import { openaiBackend } from './openai/openai-backends.ts';
import { openaiCompatible } from './openai/openai-compatible.ts';

const long = userCall('word '.repeat(2000));

async function over(step: WireStep, place: 'device' | 'cloud') {
  await using double = await startWireDouble([step]);
  const model = openaiCompatible({ model: 'm', endpoint: `${double.url}/v1`, place });
  const whole = Promise.resolve(model.doGenerate(long));
  const streamed = Promise.resolve(model.doStream(long)).then(({ stream }) =>
    collectStream(stream),
  );
  return await Promise.allSettled([whole, streamed]);
}

describe('TRAP 10: a prompt of which a server has read far less than there is', () => {
  it('is an error of a server on this device, whole and at the end of a stream', async () => {
    for (const ended of await over({ promptTokens: 512 }, 'device')) {
      expect(ended).toMatchObject({
        status: 'rejected',
        reason: { code: 'model_failed', data: { failure: 'context_overflow', contextTokens: 512 } },
      });
    }
  });

  it('is a warning of a cloud: proxies count as they please', async () => {
    for (const ended of await over({ promptTokens: 512 }, 'cloud')) {
      if (ended.status === 'rejected') throw ended.reason;
      expect(textOf(ended.value)).toBe('hello from the wire');
      expect(JSON.stringify(ended.value.warnings)).toContain(
        'counts 512 tokens of a prompt of about 2500',
      );
    }
  });

  it('is an error where the server says itself that it has cut the prompt', async () => {
    const raw = {
      choices: [
        { index: 0, message: { role: 'assistant', content: 'cut' }, finish_reason: 'stop' },
      ],
      usage: { prompt_tokens: 2400, completion_tokens: 1 },
      truncated: true,
    };
    const [whole] = await over({ raw: JSON.stringify(raw) }, 'device');
    expect(whole).toMatchObject({
      status: 'rejected',
      reason: { data: { failure: 'context_overflow' } },
    });
  });

  it.each([
    ['no count', undefined],
    ['a count of 0', 0],
    ['a count of most of it', 1500],
  ])('is not seen by %s', (_, read) => expect(wasCut(long, read)).toBe(false));

  it('does not take long runs of one character, or a picture, for many tokens', () => {
    expect(wasCut(userCall(`${'-'.repeat(4000)}\n${' '.repeat(4000)}`), 80)).toBe(false);
    const picture = {
      type: 'file' as const,
      mediaType: 'image/png',
      data: { type: 'data' as const, data: 'A'.repeat(9e4) },
    };
    expect(promptTokens({ prompt: [{ role: 'user', content: [picture] }] })).toBe(0);
  });
});

describe('a context window that a list says', () => {
  const asked = async (characters: number) => {
    await using double = await startWireDouble([{}, {}]);
    const endpoint = `${double.url}/v1`;
    const listed = openaiBackend.scheme.create('gpt-4', { endpoint, apiKey: 'k', env: {} });
    const call = userCall('word '.repeat(characters / 5));
    const ended = await Promise.allSettled([listed.doGenerate(call), listed.doStream(call)]);
    return { statuses: ended.map(({ status }) => status), requests: double.requests.length };
  };

  it('refuses a prompt before it is sent only where it surely does not fit', async () => {
    const sent = { statuses: ['fulfilled', 'fulfilled'], requests: 2 };
    expect(await asked(8000 * 4)).toEqual(sent);
    // By four characters to a token it would not fit any more.
    expect(await asked(8192 * 6)).toEqual(sent);
    const refused = { statuses: ['rejected', 'rejected'], requests: 0 };
    expect(await asked(8192 * 8 + 800)).toEqual(refused);
  });
});
