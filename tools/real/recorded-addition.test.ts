import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { additionTask, solve } from '../../src/entries/solve.ts';
import { model } from '../../src/index.ts';
import { type Replay, readRecordings, startReplay } from './recordings.ts';

const recordings = readRecordings(new URL('recorded/addition.json', import.meta.url));
const first = '740058575858570203487058585257424185449712752266458847596238';
const second = '695506656183461456965101613444712868554454644458761695645163';

let replay: Replay;
beforeAll(async () => {
  replay = await startReplay(recordings);
});
afterAll(() => replay.close());

describe('what a model of half a billion parameters answered to steps of a long addition', () => {
  it('is read as the sum of two numbers of 60 digits, pilot included', async () => {
    const solver = model(`llama-server:${recordings[0]!.model}`, { endpoint: replay.url });
    const task = additionTask(first, second);
    const solution = await solve({ task, solver });
    expect(task.answer?.(solution.state)).toBe(String(BigInt(first) + BigInt(second)));
    expect(solution.steps).toBeGreaterThan(60);
  });
});
