import { expect, it } from 'vitest';
import { doubleOf } from '../../testing/double.ts';
import { textOf, userCall } from '../answer.ts';
import type { Ask } from './ask.ts';
import { definePattern, settle } from './define-pattern.ts';

const about = { reason: 'test' };
const leaf = doubleOf({ modelId: 'leaf' }, () => ({ text: 'ok' }));

async function settled(look: (ask: Ask) => void): Promise<void> {
  const pattern = definePattern({
    name: 'looked-at',
    models: [leaf],
    async generate(call, ask) {
      look(ask);
      return settle(await ask(leaf, call), about);
    },
  });
  expect(textOf(await pattern.doGenerate(userCall('x')))).toBe('ok');
}

it('ends what holds its signal when it settles', async () => {
  let signal: AbortSignal | undefined;
  await settled(ask => {
    signal = ask.signal;
    expect(ask.signal.aborted).toBe(false);
  });
  expect(signal?.aborted).toBe(true);
});

it('shows its signal as ended to who looks for the first time afterwards', async () => {
  let kept: Ask | undefined;
  await settled(ask => {
    kept = ask;
  });
  expect(kept?.signal.aborted).toBe(true);
});

it('asks nothing more, whole or streamed', async () => {
  let kept: Ask | undefined;
  await settled(ask => {
    kept = ask;
  });
  await expect(kept?.(leaf, userCall('late'))).rejects.toThrow('has settled');
  expect(() => kept?.stream(leaf, userCall('late'))).toThrow('has settled');
});
