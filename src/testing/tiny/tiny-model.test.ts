import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../model/answer.ts';
import { logprobsOf, withLogprobs } from '../../model/logprobs.ts';
import { collectStream } from '../double.ts';
import { hanoiPrompt, hanoiStart, hanoiTruth, isHanoiDone, isSameHanoi, parseHanoi } from '../hanoi.ts';
import { readGguf } from './gguf.ts';
import { tinyScheme } from './tiny-scheme.ts';
import { byteTokenizer } from './tokenizer.ts';

const finished = tinyScheme.create('hanoi-finished', {});
const erring = tinyScheme.create('hanoi-random-errors', {});
const step = (prompt: string, more = {}) => userCall(prompt, { stopSequences: [';'], maxOutputTokens: 24, ...more });

describe('the toy model', () => {
  it('makes all 63 moves of six disks rightly at temperature 0', async () => {
    let state = hanoiStart(6);
    for (let move = 0; move < 63; move++) {
      const read = parseHanoi(state, textOf(await finished.doGenerate(step(hanoiPrompt(state)))));
      if ('redFlag' in read) throw new Error(read.redFlag);
      expect(isSameHanoi(read.next, hanoiTruth(state).next)).toBe(true);
      state = read.next;
    }
    expect(isHanoiDone(state)).toBe(true);
  });

  it('errs now and then at temperature 1.5, and the same way for the same seed', async () => {
    const prompt = hanoiPrompt(hanoiStart(8));
    const draw = async (seed: number) => textOf(await erring.doGenerate(step(prompt, { temperature: 1.5, seed })));
    const seeds = Array.from({ length: 40 }, (_, seed) => seed);
    const one = await Promise.all(seeds.map(draw));
    const two: string[] = [];
    for (const seed of seeds) two.push(await draw(seed));
    expect(one).toEqual(two);
    expect(new Set(one).size).toBeGreaterThan(1);
  });

  it('streams what it generates, and counts what it read again from its cache', async () => {
    const call = step(hanoiPrompt(hanoiStart(7)));
    const whole = await finished.doGenerate(call);
    const streamed = await collectStream((await finished.doStream(call)).stream);
    expect(textOf(streamed)).toBe(textOf(whole));
    expect(streamed.usage.inputTokens.cacheRead).toBe(streamed.usage.inputTokens.total);
    expect(whole.finishReason.unified).toBe('stop');
  });

  it('gives a log-probability for every token when asked', async () => {
    const answer = await finished.doGenerate(withLogprobs(step(hanoiPrompt(hanoiStart(5)))));
    const logprobs = logprobsOf(answer)!;
    expect(logprobs).toHaveLength(answer.usage.outputTokens.total!);
    expect(logprobs.every(({ logprob }) => logprob <= 0 && logprob > -0.1)).toBe(true);
    expect(logprobs.map(({ token }) => token).join('')).toBe(`${textOf(answer)};`);
  });

  it('ends at an abort, at the token limit, and refuses prompts beyond its context', async () => {
    const call = step(hanoiPrompt(hanoiStart(9)));
    await expect(finished.doGenerate({ ...call, abortSignal: AbortSignal.abort() })).rejects.toThrow();
    expect((await finished.doGenerate({ ...call, maxOutputTokens: 3 })).finishReason.unified).toBe('length');
    await expect(finished.doGenerate(step('x'.repeat(100)))).rejects.toThrow('reads 63');
  });

  it('answers a fixed wording that the toy of tasks was trained on', async () => {
    const toy = tinyScheme.create('toy-tasks-late', {});
    const answer = await toy.doGenerate(userCall('Capital of France?\n=>', { maxOutputTokens: 8 }));
    expect(textOf(answer)).toContain('Paris');
  });

  it('names the toy models there are when the name is wrong', () => {
    expect(() => tinyScheme.create('hanoi-finish', {})).toThrow('Did you mean "tiny:hanoi-finished"?');
    expect(() => tinyScheme.create('./missing.gguf', {})).toThrow('cannot be opened (ENOENT)');
    expect(() => tinyScheme.create('hanoi-finished', { heat: 1 })).toThrow('has no settings, got "heat"');
  });
});

describe('its parts', () => {
  it('refuse a file that is not a whole GGUF', () => {
    expect(() => readGguf(Buffer.from('no model at all'), 'x.gguf')).toThrow('does not begin with "GGUF"');
    const cut = Buffer.alloc(24);
    cut.writeUInt32LE(0x46554747, 0);
    cut.writeUInt32LE(3, 4);
    cut.writeBigUInt64LE(5n, 8);
    expect(() => readGguf(cut, 'x.gguf')).toThrow('"x.gguf" cannot be read: it ends too early');
  });

  it('spell any text in bytes and back', () => {
    const letters = Array.from({ length: 256 }, (_, byte) => byte);
    const printable = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    let next = 256;
    const spelled = letters.map(byte => String.fromCharCode(printable(byte) ? byte : next++));
    const tokenizer = byteTokenizer(['<s>', '</s>', ...spelled], []);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        const bytes = tokenizer.encode(text).flatMap(id => [...tokenizer.bytesOf(id)]);
        expect(Buffer.from(bytes).toString()).toBe(Buffer.from(text).toString());
      }),
    );
  });
});
