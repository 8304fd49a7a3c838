import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { textOf, userCall } from '../model/answer.ts';
import { direct } from '../model/direct.ts';
import { run } from '../model/scope-life.ts';
import { cascade } from '../patterns/cascade/cascade.ts';
import { cassette } from './cassette.ts';
import { scriptedModel } from './scripted-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-cassette-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a cassette', () => {
  it('records once and replays with no model behind it, in the order of recording', async () => {
    const path = join(folder, 'a.json');
    const ask = (local: ReturnType<typeof scriptedModel>) => {
      const cloud = scriptedModel([], { modelId: 'cloud', place: 'cloud' });
      const journal = cassette({ path });
      return run({ journal }, async () => {
        const answer = await cascade({ local, cloud }).doGenerate(userCall('Capital of France?'));
        journal.save();
        return textOf(answer);
      });
    };
    const recorded = scriptedModel(['Paris', 'Paris', 'Paris'], { modelId: 'local' });
    expect(await ask(recorded)).toBe('Paris');
    expect(existsSync(path)).toBe(true);
    expect(await ask(scriptedModel([], { modelId: 'local' }))).toBe('Paris');
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
