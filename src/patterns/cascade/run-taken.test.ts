import { describe, expect, it } from 'vitest';
import { userCall } from '../../model/answer.ts';
import { run } from '../../model/run/scope-life.ts';
import { openJournal } from '../../runs/journal.ts';
import { collectStream, doubleOf } from '../../testing/double.ts';
import { cascade } from './cascade.ts';
import { agreement } from './gates/agreement.ts';

/** A cascade whose run another process takes over at the first call of a model. */
const takenAt = (moment: 'local' | 'cloud', options: { readonly hedgeAfterMs?: number } = {}) => {
  const journal = openJournal({ path: ':memory:' });
  const seen: string[] = [];
  const double = (modelId: 'local' | 'cloud') =>
    doubleOf({ modelId, place: modelId === 'local' ? 'device' : 'cloud' }, async () => {
      seen.push(modelId);
      if (modelId === moment && seen.filter(each => each === modelId).length === 1) {
        const at = new Date().toISOString();
        await journal.store.hold('r', { holder: 'elsewhere', leaseMs: 60_000, at, instead: 1 });
      }
      return { text: `${modelId} ${seen.length}` };
    });
  const accept = agreement({ samples: 3 });
  const model = cascade({ local: double('local'), cloud: double('cloud'), accept, ...options });
  const call = userCall('x');
  const answered = (method: 'doGenerate' | 'doStream') =>
    run({ journal, runId: 'r' }, async () =>
      method === 'doGenerate'
        ? model.doGenerate(call)
        : collectStream((await model.doStream(call)).stream),
    ).then(
      () => ({ code: 'an answer' }),
      (error: unknown) => error,
    );
  return { answered, seen };
};

describe.each(['doGenerate', 'doStream'] as const)(
  'a cascade whose run is taken over by another process, by %s',
  method => {
    it('does not escalate', async () => {
      const { answered, seen } = takenAt('local');
      expect(await answered(method)).toMatchObject({ code: 'run_taken' });
      expect(seen).not.toContain('cloud');
    });

    it('does not fall back to the draft', async () => {
      const { answered, seen } = takenAt('cloud');
      expect(await answered(method)).toMatchObject({ code: 'run_taken' });
      expect(seen.at(-1)).toBe('cloud');
    });

    it('gives neither answer where both were asked at once', async () => {
      const { answered } = takenAt('local', { hedgeAfterMs: 0 });
      expect(await answered(method)).toMatchObject({ code: 'run_taken' });
    });
  },
);
