import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { textAnswer, textOf, userCall } from '../model/answer.ts';
import { definePattern, settle } from '../model/pattern/define-pattern.ts';
import { direct } from '../model/pattern/direct.ts';
import { run } from '../model/run/scope-life.ts';
import { cassette } from './cassette.ts';
import { scriptedModel } from './scripted-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-cassette-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a cassette', () => {
  it('records once and replays with no model behind it, in the order of recording', async () => {
    const path = join(folder, 'a.json');
    const ask = (leaf: ReturnType<typeof scriptedModel>) => {
      const journal = cassette({ path });
      const twice = definePattern({
        name: 'twice',
        models: [leaf],
        async generate(call, ask) {
          const answers = [await ask(leaf, call), await ask(leaf, call)];
          return settle(textAnswer(answers.map(textOf).join(' ')), { reason: 'test' });
        },
      });
      return run({ journal }, async () => {
        const answer = await twice.doGenerate(userCall('Capital of France?'));
        journal.save();
        return textOf(answer);
      });
    };
    const recorded = scriptedModel(['Paris', 'again'], { modelId: 'local' });
    expect(await ask(recorded)).toBe('Paris again');
    expect(existsSync(path)).toBe(true);
    expect(await ask(scriptedModel([], { modelId: 'local' }))).toBe('Paris again');
    recorded.verify();
  });

  it('fails on a call that was not recorded, and on a file that is none', async () => {
    const path = join(folder, 'b.json');
    const ask = (prompt: string, steps: string[]) => {
      const journal = cassette({ path });
      return run({ journal }, async () => {
        await direct(scriptedModel(steps)).doGenerate(userCall(prompt));
        journal.save();
      });
    };
    await ask('one', ['1']);
    await expect(ask('two', ['2'])).rejects.toMatchObject({ code: 'script_violated' });
    writeFileSync(path, 'rubbish');
    expect(() => cassette({ path })).toThrow('cannot be read');
  });
});
