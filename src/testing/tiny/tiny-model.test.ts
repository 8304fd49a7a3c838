import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../model/answer.ts';
import { logprobsOf, withLogprobs } from '../../model/leaf/logprobs.ts';
import { placeOf } from '../../model/leaf/model/place.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import { readWellFormed } from '../check-stream.ts';
import { collectStream } from '../double.ts';
import {
  type HanoiState,
  hanoiPrompt,
  hanoiStart,
  hanoiTruth,
  isHanoiDone,
  isSameHanoi,
  parseHanoi,
} from '../hanoi.ts';
import { tinyModel } from './tiny-model.ts';

const pathOf = (name: string) =>
  fileURLToPath(new URL(`../../../models/${name}-q8_0.gguf`, import.meta.url));
const finished = tinyModel({ path: pathOf('hanoi-finished') });
const erring = tinyModel({ path: pathOf('hanoi-random-errors'), stopAfter: ';' });
const toy = tinyModel({ path: pathOf('toy-tasks-late') });

const ask = async (model: LanguageModel, prompt: string, options: Omit<Call, 'prompt'> = {}) =>
  textOf(await model.doGenerate(userCall(prompt, options)));

describe('the finished toy model', () => {
  it('makes all 63 moves of six disks rightly at temperature 0', async () => {
    let state = hanoiStart(6);
    for (let move = 0; move < 63; move++) {
      const read = parseHanoi(
        state,
        await ask(finished, hanoiPrompt(state), { stopSequences: [';'] }),
      );
      expect(read).toEqual(hanoiTruth(state));
      state = 'next' in read ? read.next : state;
    }
    expect(isHanoiDone(state)).toBe(true);
  });
});

describe('the toy model with random errors', () => {
  it('errs at temperature 1.5 now and then, and a vote ahead by 3 mends it', async () => {
    const singles = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(seed => climb({ disks: 6, lead: 1, seed })),
    );
    const voted = await Promise.all(
      [1, 2, 3, 4, 5, 6].map(seed => climb({ disks: 6, lead: 3, seed })),
    );
    expect(singles.filter(isRight => !isRight).length).toBeGreaterThan(0);
    expect(voted).toEqual(new Array(6).fill(true));
  });

  it('gives the same answers to overlapping calls as one by one', async () => {
    const calls = Array.from({ length: 20 }, (_, seed) => ({
      prompt: hanoiPrompt(reached(8, seed % 5)),
      seed,
    }));
    const draw = ({ prompt, seed }: { prompt: string; seed: number }) =>
      ask(erring, prompt, { temperature: 2, seed });
    const together = await Promise.all(calls.map(draw));
    const others = tinyModel({
      weights: readFileSync(pathOf('hanoi-random-errors')),
      stopAfter: ';',
    });
    const apart: string[] = [];
    for (const { prompt, seed } of calls)
      apart.push(await ask(others, prompt, { temperature: 2, seed }));
    expect(together).toEqual(apart);
    expect(new Set(together).size).toBeGreaterThan(5);
  });

  it('draws from the given random numbers where the call has no seed', async () => {
    const options = { temperature: 2, maxOutputTokens: 8 };
    const lowest = tinyModel({ path: pathOf('hanoi-random-errors'), random: () => 0 });
    // The lowest number draws the first token there is, the end.
    expect(await ask(lowest, hanoiPrompt(hanoiStart(4)), options)).toBe('');
    expect(await ask(lowest, hanoiPrompt(hanoiStart(4)), { ...options, seed: 7 })).not.toBe('');
  });
});

describe('a toy model', () => {
  it('runs on the device under the name of its file', () => {
    expect(placeOf(finished)).toBe('device');
    expect(finished.modelId).toBe('tiny:hanoi-finished');
    expect(tinyModel({ path: pathOf('hanoi-finished'), modelId: 'tiny:mine' }).modelId).toBe(
      'tiny:mine',
    );
  });

  it('answers fixed wordings that the toy of tasks was trained on', async () => {
    expect(await ask(toy, 'What is the capital of France?\n=>')).toBe(' Paris');
    expect(await ask(toy, 'Previous State: 20. Current Task: multiply by 10\n=>')).toBe(
      ' Final Answer: 200',
    );
    expect(await ask(toy, 'List to JSON: apples, pears\n=>')).toBe(' ["apples", "pears"]');
  });

  it('reads the last user message only, its parts on lines of their own', async () => {
    const parts = (...texts: string[]) => texts.map(text => ({ type: 'text' as const, text }));
    const answer = await toy.doGenerate({
      prompt: [
        { role: 'system', content: 'Answer in French.' },
        { role: 'user', content: parts('Capital of Peru?\n=>') },
        { role: 'assistant', content: parts('Lima') },
        { role: 'user', content: parts('Capital of Japan?', '=>') },
      ],
    });
    expect(textOf(answer)).toBe(' Tokyo');
    expect(answer.warnings).toMatchObject([
      { feature: 'messages other than the last of the user' },
    ]);
  });

  it('cuts stop sequences from the answer, and keeps what it is told to stop after', async () => {
    const prompt = hanoiPrompt(hanoiStart(5));
    expect(await ask(finished, prompt, { stopSequences: [';'] })).toBe('1025432||1');
    expect(await ask(finished, prompt, { stopSequences: ['||1', '2||'] })).toBe('102543');
    expect(await ask(erring, prompt)).toBe('1025432||1;');
    const answer = await finished.doGenerate(userCall(prompt, { stopSequences: [';'] }));
    expect(answer.finishReason).toEqual({ unified: 'stop', raw: 'stop' });
  });

  it('ends at the limit of tokens and says so', async () => {
    const answer = await finished.doGenerate(
      userCall(hanoiPrompt(hanoiStart(5)), { maxOutputTokens: 3 }),
    );
    expect(textOf(answer)).toBe('102');
    expect(answer.finishReason.unified).toBe('length');
    expect(answer.usage.outputTokens.total).toBe(3);
  });

  it('streams well formed what it generates, and counts what it need not read again', async () => {
    const fresh = tinyModel({ weights: readFileSync(pathOf('hanoi-finished')) });
    const call = userCall(hanoiPrompt(hanoiStart(7)), { stopSequences: [';'] });
    const whole = await fresh.doGenerate(call);
    const { text, parts, finish } = await readWellFormed((await fresh.doStream(call)).stream);
    expect(text).toBe(textOf(whole));
    expect(parts.length).toBeGreaterThan(10);
    expect(whole.usage.inputTokens).toMatchObject({ total: 15, noCache: 15, cacheRead: 0 });
    expect(finish.usage.inputTokens).toMatchObject({ total: 15, noCache: 0, cacheRead: 15 });
  });

  it('streams whole characters only', async () => {
    const call = userCall('List to JSON: Zürich, 東京, 🙂🙃\n=>', { temperature: 3, seed: 4 });
    const deltas: string[] = [];
    for await (const part of (await toy.doStream(call)).stream as unknown as AsyncIterable<{
      delta?: string;
    }>) {
      if (part.delta !== undefined) deltas.push(part.delta);
    }
    expect(deltas.every(delta => delta.isWellFormed())).toBe(true);
    expect(deltas.join('')).toBe(textOf(await collectStream((await toy.doStream(call)).stream)));
  });

  it('gives log-probabilities that belong to the tokens, when asked', async () => {
    const call = userCall(hanoiPrompt(hanoiStart(5)), { stopSequences: [';'] });
    const answer = await finished.doGenerate(withLogprobs(call));
    const logprobs = logprobsOf(answer)!;
    expect(logprobs).toHaveLength(answer.usage.outputTokens.total!);
    expect(logprobs.map(({ token }) => token).join('')).toBe(`${textOf(answer)};`);
    expect(logprobs.every(({ logprob }) => logprob <= 0 && logprob > -0.1)).toBe(true);
    expect((await finished.doGenerate(call)).providerMetadata).toBeUndefined();
  });

  it('says what it ignores', async () => {
    const answer = await finished.doGenerate({
      ...userCall('1||+---='),
      prompt: [
        {
          role: 'user',
          content: [{ type: 'file', mediaType: 'image/png', data: { type: 'data', data: '' } }],
        },
      ],
      topK: 5,
      topP: 0.5,
      presencePenalty: 1,
      responseFormat: { type: 'json' },
      tools: [{ type: 'function', name: 'f', inputSchema: {} }],
      maxOutputTokens: 1,
    });
    const features = answer.warnings.map(warning => 'feature' in warning && warning.feature);
    expect(features).toEqual([
      'tools',
      'responseFormat',
      'topK',
      'topP',
      'presencePenalty',
      'file of type image/png',
    ]);
  });

  it('refuses prompts beyond its context and temperatures that are none', async () => {
    await expect(ask(finished, 'x'.repeat(100))).rejects.toThrow('"tiny:hanoi-finished" reads 63');
    await expect(ask(finished, '1||+---=', { temperature: -1 })).rejects.toThrow(
      '`temperature` must be a number from 0',
    );
  });
});

describe('an abort', () => {
  const wordy = userCall('Text: nothing', { temperature: 20, seed: 1 });

  it('before the call or within it ends the answer with its reason', async () => {
    await expect(
      ask(finished, '1||+---=', { abortSignal: AbortSignal.abort('early') }),
    ).rejects.toBe('early');
    const controller = new AbortController();
    const answer = toy.doGenerate({ ...wordy, abortSignal: controller.signal });
    setImmediate(() => controller.abort('midway'));
    await expect(answer).rejects.toBe('midway');
  });

  it('errors a stream, and the next call is answered as ever', async () => {
    const controller = new AbortController();
    const { stream } = await toy.doStream({ ...wordy, abortSignal: controller.signal });
    const reader = stream.getReader();
    for (let part = 0; part < 5; part++) await reader.read();
    controller.abort('enough');
    await expect(reader.read()).rejects.toBe('enough');
    expect(await ask(toy, 'Capital of Peru?\n=>')).toBe(' Lima');
  });

  it('is not needed to leave a stream: cancelling ends the work', async () => {
    let draws = 0;
    const counted = tinyModel({ path: pathOf('toy-tasks-late'), random: () => ++draws / 1000 });
    const { stream } = await counted.doStream({ ...wordy, seed: undefined } as Call);
    const reader = stream.getReader();
    for (let part = 0; part < 5; part++) await reader.read();
    await reader.cancel();
    const drawn = draws;
    await new Promise(resolve => setTimeout(resolve, 30));
    expect(draws).toBe(drawn);
  });
});

describe('the event loop', () => {
  it('has a turn every few milliseconds while many calls run', async () => {
    const turnsMs: number[] = [];
    // Time of the processor: that of other processes on a busy machine is no turn of ours.
    const used = () => process.cpuUsage().user / 1000;
    let last = used();
    const timer = setInterval(() => {
      turnsMs.push(used() - last);
      last = used();
    });
    const calls = Array.from({ length: 20 }, (_, seed) =>
      ask(toy, `Text: ${seed}`, { temperature: 5, seed }),
    );
    await Promise.all(calls);
    clearInterval(timer);
    // A turn is of 4 ms and may end in a token of 1 ms; one in twenty may have compiled or
    // collected beside it.
    turnsMs.sort((a, b) => a - b);
    expect(turnsMs.length).toBeGreaterThan(20);
    expect(turnsMs[Math.floor(turnsMs.length * 0.95)]).toBeLessThan(25);
    expect(turnsMs.at(-1)).toBeLessThan(60);
  });
});

/** The state after so many right moves. */
function reached(disks: number, moves: number): HanoiState {
  let state = hanoiStart(disks);
  for (let move = 0; move < moves; move++) state = hanoiTruth(state).next;
  return state;
}

/** Solves a tower by votes, first to be ahead by `lead`; tells whether every step was right. */
async function climb({
  disks,
  lead,
  seed,
}: {
  disks: number;
  lead: number;
  seed: number;
}): Promise<boolean> {
  let state = hanoiStart(disks);
  for (let step = 0; !isHanoiDone(state); step++) {
    const votes = new Map<string, number>();
    for (let draw = 0; ; draw++) {
      const options = { temperature: 1.5, seed: seed * 1e6 + step * 1e3 + draw };
      const text = await ask(erring, hanoiPrompt(state), options);
      const read = parseHanoi(state, text);
      if ('redFlag' in read) continue;
      votes.set(text, (votes.get(text) ?? 0) + 1);
      const [first = 0, second = 0] = [...votes.values()].sort((a, b) => b - a);
      if (votes.get(text) !== first || first - second < lead) continue;
      if (!isSameHanoi(read.next, hanoiTruth(state).next)) return false;
      state = read.next;
      break;
    }
  }
  return true;
}
