import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { apiFailure, connectionFailure } from '../../testing/failures.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { textOf, userCall } from '../answer.ts';
import { direct } from '../pattern/direct.ts';
import { run } from '../run/scope-life.ts';
import { askingPlace } from './model/place.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

const settings = { retry: { tries: 1 }, breaker: { failures: 2, coolDownMs: 20_000 } };
const outcomeOf = (model: ReturnType<typeof scriptedModel>) =>
  run(settings, async () => direct(model).doGenerate(userCall('x'))).then(
    textOf,
    (error: Error) => error.message,
  );

describe('the circuit breaker', () => {
  it('leaves a model alone that keeps failing, tries it once later, trusts it again', async () => {
    const down = connectionFailure();
    const model = scriptedModel([down, down, down, 'back', 'again']);
    await outcomeOf(model);
    await outcomeOf(model);
    expect(await outcomeOf(model)).toMatch(/failed 2 times in a row and is left alone for 20 s/);
    expect(model.calls).toHaveLength(2);
    vi.advanceTimersByTime(20_001);
    const [tried, waited] = await Promise.all([outcomeOf(model), outcomeOf(model)]);
    expect([tried, waited]).toEqual([
      expect.stringContaining('1 try'),
      expect.stringContaining('left alone'),
    ]);
    expect(model.calls).toHaveLength(3);
    vi.advanceTimersByTime(20_001);
    expect(await outcomeOf(model)).toBe('back');
    expect(await outcomeOf(model)).toBe('again');
  });

  it('looks at a server on this device, and asks it at once where it is up again', async () => {
    const down = connectionFailure();
    const served = scriptedModel([down, down, 'back', 'again']);
    let [looks, isUp] = [0, false];
    const model = askingPlace(served, async () => {
      looks++;
      return isUp || looks === 1 ? { place: 'device' } : undefined;
    });
    await outcomeOf(model);
    await outcomeOf(model);
    expect(await outcomeOf(model)).toContain('left alone');
    expect(await outcomeOf(model)).toContain('left alone');
    expect(looks).toBe(2);
    isUp = true;
    vi.advanceTimersByTime(1000);
    expect(await outcomeOf(model)).toBe('back');
    expect(await outcomeOf(model)).toBe('again');
    expect(looks).toBe(3);
  });

  it('leaves a server alone that is up and hangs all the same', async () => {
    const down = connectionFailure();
    const served = scriptedModel([down, down, down, 'later']);
    const model = askingPlace(served, async () => ({ place: 'device' }));
    await outcomeOf(model);
    await outcomeOf(model);
    expect(await outcomeOf(model)).toContain('1 try');
    expect(await outcomeOf(model)).toContain('left alone');
    vi.advanceTimersByTime(20_001);
    expect(await outcomeOf(model)).toBe('later');
  });

  it('does not count errors that show that the server is there', async () => {
    const model = scriptedModel([apiFailure(400), apiFailure(401), apiFailure(404), 'fine']);
    for (let index = 0; index < 3; index++) await outcomeOf(model);
    expect(await outcomeOf(model)).toBe('fine');
  });
});
