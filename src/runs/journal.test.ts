import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { textAnswer, textOf, userCall } from '../model/answer.ts';
import { TandemError } from '../model/errors.ts';
import { limit } from '../model/limit.ts';
import { definePattern, settle } from '../model/pattern/define-pattern.ts';
import { direct } from '../model/pattern/direct.ts';
import { newRunId } from '../model/run/run-id.ts';
import { run } from '../model/run/scope-life.ts';
import { summaryOf } from '../model/run/summary.ts';
import type { Call, LanguageModel } from '../model/types.ts';
import { collectStream, doubleOf, lastUserText } from '../testing/double.ts';
import { apiFailure } from '../testing/failures.ts';
import { patternContract } from '../testing/pattern-contract.ts';
import { scriptedModel } from '../testing/scripted-model.ts';
import { openJournal } from './journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-journal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = () => join(folder, `${files++}.db`);
const thrown = (promise: PromiseLike<unknown>) =>
  Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => error,
  );

/** A leaf that answers with a running number: asked again it would answer otherwise. */
const counter = (modelId = 'gpt-4.1', place: 'device' | 'cloud' = 'cloud') => {
  let n = 0;
  const model = doubleOf({ modelId, place }, call => ({ text: `${lastUserText(call)} #${++n}` }));
  return { model, calls: () => n };
};

/** Asks a model several times at once, with or without ids. */
const fanOut = (model: LanguageModel, prompts: readonly string[], withIds = true) =>
  definePattern({
    name: 'fan',
    models: [model],
    async generate(_call, ask) {
      const asked = prompts.map((prompt, n) =>
        ask(model, userCall(prompt), withIds ? { id: `job ${n}` } : {}),
      );
      return settle(textAnswer((await Promise.all(asked)).map(textOf).join('|')), {
        reason: 'test',
      });
    },
  });

describe('a run that is asked again', () => {
  it('replays what was finished, pays nothing twice, and gives the same answer', async () => {
    using journal = openJournal({ path: fresh() });
    const { model, calls } = counter();
    const ask = () =>
      run({ journal, runId: 'r1' }, async () =>
        fanOut(model, ['a', 'b', 'a']).doGenerate(userCall('x')),
      );
    const [first, second] = [await ask(), await ask()];
    expect(textOf(second)).toBe(textOf(first));
    expect(calls()).toBe(3);
    expect(summaryOf(second)).toMatchObject({ costUsd: 0 });
    const other = await run({ journal, runId: 'r2' }, async () =>
      fanOut(model, ['a']).doGenerate(userCall('x')),
    );
    expect(textOf(other)).toBe('a #4');
  });

  it('replays from the file in another process, plain and streamed alike', async () => {
    const path = fresh();
    const { model, calls } = counter();
    {
      using journal = openJournal({ path });
      await run({ journal, runId: 'r' }, async () => direct(model).doGenerate(userCall('x')));
    }
    using journal = openJournal({ path });
    const streamed = await run({ journal, runId: 'r' }, async () =>
      collectStream((await direct(model).doStream(userCall('x'))).stream),
    );
    expect(textOf(streamed)).toBe('x #1');
    expect(calls()).toBe(1);
  });

  it('keeps a run whose id is new, and replays it when it is asked again by that id', async () => {
    using journal = openJournal({ path: fresh(), sync: 'behind' });
    const { model, calls } = counter();
    const runId = newRunId();
    const ask = (isNew: boolean) =>
      run({ journal, runId, isNew }, async () => direct(model).doGenerate(userCall('x')));
    await ask(true);
    expect(await journal.show(runId)).toMatchObject({ state: 'done', calls: 1 });
    expect(textOf(await ask(false))).toBe('x #1');
    expect(calls()).toBe(1);
    expect(await journal.show(runId)).toMatchObject({ state: 'done', calls: 1 });
  });

  it('goes on where it failed', async () => {
    using journal = openJournal({ path: fresh() });
    const leaf = scriptedModel(['one', apiFailure(400), 'two']);
    const chained = definePattern({
      name: 'chained',
      models: [leaf],
      async generate(_call, ask) {
        const one = textOf(await ask(leaf, userCall('first')));
        return settle(await ask(leaf, userCall(`after ${one}`)), { reason: 'test' });
      },
    });
    const ask = () => run({ journal, runId: 'r' }, async () => chained.doGenerate(userCall('x')));
    expect(await thrown(ask())).toMatchObject({ code: 'model_failed' });
    expect(await journal.show('r')).toMatchObject({
      state: 'failed',
      error: 'model_failed',
      calls: 1,
    });
    expect(textOf(await ask())).toBe('two');
    await expect.poll(async () => (await journal.show('r')).state).toBe('done');
    leaf.verify();
  });
});

describe('CONTRACT 6: what a call is known by', () => {
  it('tells equal prompts of siblings apart by their ids, on resume too', async () => {
    using journal = openJournal({ path: fresh() });
    const { model, calls } = counter();
    const ask = () =>
      run({ journal, runId: 'r' }, async () =>
        fanOut(model, ['p', 'p', 'p']).doGenerate(userCall('x')),
      );
    expect(textOf(await ask())).toBe('p #1|p #2|p #3');
    expect(textOf(await ask())).toBe('p #1|p #2|p #3');
    expect(calls()).toBe(3);
  });

  it('tells apart two providers of one model id, and calls by their provider options', async () => {
    using journal = openJournal({ path: fresh() });
    const one = { ...counter('m', 'device').model, provider: 'one' };
    const two = { ...counter('m', 'device').model, provider: 'two' };
    const both = definePattern({
      name: 'both',
      models: [one, two],
      async generate(call, ask) {
        const options = [{}, { other: { deep: true } }, { tandem: { mode: 'cloud-allowed' } }];
        const asked = [one, two].flatMap(model =>
          options.map(providerOptions =>
            ask(model, { ...call, providerOptions } as Call, { id: 'same' }),
          ),
        );
        return settle(textAnswer((await Promise.all(asked)).map(textOf).join('|')), {
          reason: 'test',
        });
      },
    });
    const ask = () => run({ journal, runId: 'r' }, async () => both.doGenerate(userCall('x')));
    const first = textOf(await ask());
    expect(first).toBe('x #1|x #2|x #3|x #1|x #2|x #3');
    expect(textOf(await ask())).toBe(first);
  });
});

describe('CONTRACT 7: arrival decides nothing', () => {
  it('gives each sibling its own answer back, although they ended in another order', async () => {
    using journal = openJournal({ path: fresh() });
    let n = 0;
    const model = doubleOf({ modelId: 'slow-first' }, call => ({
      text: `${lastUserText(call)} ${++n}`,
      delayMs: lastUserText(call) === 'a' ? 20 : 1,
    }));
    const ask = () =>
      run({ journal, runId: 'r' }, async () =>
        fanOut(model, ['a', 'b'], false).doGenerate(userCall('x')),
      );
    expect(textOf(await ask())).toBe('a 1|b 2');
    expect(textOf(await ask())).toBe('a 1|b 2');
  });
});

describe('CONTRACT 8: a finished call is looked up before asking for money, time and slots', () => {
  it('replays although the budget is spent, and although every slot is taken', async () => {
    using journal = openJournal({ path: fresh() });
    const { model } = counter();
    const limited = limit(model, { concurrency: 1 });
    const ask = (budgetUsd: number) =>
      run({ journal, runId: 'r', budgetUsd }, async () =>
        fanOut(limited, ['a', 'b']).doGenerate(userCall('x')),
      );
    await ask(1);
    expect(textOf(await ask(0))).toBe('a #1|b #2');
  });

  it('but not before egress is decided', async () => {
    using journal = openJournal({ path: fresh() });
    const { model } = counter();
    const ask = (mode: 'cloud-allowed' | 'local-only') =>
      run({ journal, runId: 'r', mode }, async () => direct(model).doGenerate(userCall('x')));
    await ask('cloud-allowed');
    expect(await thrown(ask('local-only'))).toMatchObject({ code: 'egress_denied' });
  });
});

describe('CONTRACT 9: the file only grows', () => {
  it('records a call once, in the order of finishing, and a replay not at all', async () => {
    using journal = openJournal({ path: fresh() });
    const { model } = counter();
    const prompts = Array.from({ length: 64 }, (_, n) => `p${n}`);
    const ask = () =>
      run({ journal, runId: 'r' }, async () => fanOut(model, prompts).doGenerate(userCall('x')));
    await ask();
    const { steps, egress } = await journal.show('r');
    expect(steps.map(({ trail }) => trail.at(-1))).toEqual(prompts.map((_, n) => `job ${n}`));
    await ask();
    expect((await journal.show('r')).steps).toEqual(steps);
    expect((await journal.show('r')).egress).toEqual(egress);
  });
});

describe('a journal in bad hands', () => {
  it('names what changed when a run is resumed with another prompt; writes nothing', async () => {
    using journal = openJournal({ path: fresh() });
    const { model, calls } = counter();
    await run({ journal, runId: 'r' }, async () =>
      fanOut(model, ['a', 'b']).doGenerate(userCall('x')),
    );
    const error = await thrown(
      run({ journal, runId: 'r' }, async () =>
        fanOut(model, ['a', 'changed']).doGenerate(userCall('x')),
      ),
    );
    expect(error).toMatchObject({
      code: 'resume_mismatch',
      data: { place: 'job 1~/0', changed: ['prompt'] },
    });
    expect(calls()).toBe(2);
  });

  it('takes changes for new calls where they are allowed', async () => {
    using journal = openJournal({ path: fresh(), onChange: 'call' });
    const { model } = counter();
    const ask = (...prompts: string[]) =>
      run({ journal, runId: 'r' }, async () =>
        textOf(await fanOut(model, prompts).doGenerate(userCall('x'))),
      );
    expect(await ask('a', 'b')).toBe('a #1|b #2');
    expect(await ask('a', 'c')).toBe('a #1|c #3');
  });

  it('keeps no content in `hashes` mode, so that nothing is replayed', async () => {
    const path = fresh();
    {
      using journal = openJournal({ path, content: 'hashes' });
      const secret = doubleOf({ modelId: 'm' }, () => ({ text: 'the secret answer' }));
      await run({ journal, runId: 'r' }, async () =>
        direct(secret).doGenerate(userCall('the secret question')),
      );
    }
    const database = new DatabaseSync(path);
    const rows = ['run', 'call', 'egress', 'content'].flatMap(table =>
      database.prepare(`select * from ${table}`).all(),
    );
    database.close();
    expect(JSON.stringify(rows)).not.toContain('secret');
  });

  it('encrypts what it holds with a key, and opens it with no other', async () => {
    const path = fresh();
    const ask = async (key?: string) => {
      using journal = openJournal({ path, ...(key && { key }) });
      const secret = doubleOf({ modelId: 'm' }, () => ({ text: 'the secret answer' }));
      return await run({ journal, runId: 'r' }, async () =>
        textOf(await direct(secret).doGenerate(userCall('x'))),
      );
    };
    expect(await ask('phrase')).toBe('the secret answer');
    const database = new DatabaseSync(path);
    expect(JSON.stringify(database.prepare('select * from content').all())).not.toContain('secret');
    database.close();
    expect(await ask('phrase')).toBe('the secret answer');
    for (const wrong of ['another', undefined]) {
      const error = await thrown(ask(wrong));
      expect(error).toMatchObject({
        code: 'journal_failed',
        message: expect.stringContaining('TANDEM_JOURNAL_KEY'),
      });
    }
  });

  it('cancels a run, from this process or another', async () => {
    const path = fresh();
    using journal = openJournal({ path });
    const endless = doubleOf({ modelId: 'endless' }, () => ({ text: 'late', delayMs: 1e9 }));
    const running = thrown(
      run({ journal, runId: 'r' }, async () => direct(endless).doGenerate(userCall('x'))),
    );
    using other = openJournal({ path });
    await expect
      .poll(async () => (await other.runs()).map(({ state }) => state))
      .toEqual(['running']);
    expect(await other.cancel('r')).toBe(true);
    expect(await running).toMatchObject({ name: 'AbortError' });
    await expect.poll(async () => (await other.show('r')).state).toBe('aborted');
    expect(await other.cancel('r')).toBe(false);
  });

  it.each([
    [
      'a file that is no database',
      (path: string) =>
        writeFileSync(path, 'no database, but longer than a header would be '.repeat(9)),
    ],
    ['a journal of a newer version', (path: string) => newer(path)],
  ])('refuses %s and leaves it as it is', (_name, spoil) => {
    const path = fresh();
    spoil(path);
    const before = readFileSync(path);
    expect(() => openJournal({ path })).toThrow(TandemError);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('refuses a path that cannot be a file, and knows no run that is not there', async () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => openJournal({ path: join(folder, 'file', 'x.db') })).toThrow('cannot be opened');
    using journal = openJournal({ path: fresh() });
    await expect(journal.show('nobody')).rejects.toThrow('There is no run "nobody"');
  });

  it('ends a call in an error when it cannot be recorded: a full disk, a closed file', async () => {
    const journal = openJournal({ path: fresh() });
    const closing = doubleOf({ modelId: 'm' }, () => {
      journal.close();
      return { text: 'ok' };
    });
    const error = await thrown(
      run({ journal }, async () => direct(closing).doGenerate(userCall('x'))),
    );
    expect(error).toMatchObject({
      code: 'journal_failed',
      message: expect.stringContaining('cannot be written'),
    });
  });

  it('prunes old runs and the content that only they held', async () => {
    using journal = openJournal({ path: fresh() });
    const { model } = counter();
    for (const runId of ['old', 'new']) {
      await run({ journal, runId }, async () => direct(model).doGenerate(userCall(runId)));
      await new Promise(resolve => setTimeout(resolve, 15));
    }
    const [, old] = await journal.runs();
    expect(await journal.prune(new Date(Date.parse(old!.endedAt!) + 1).toISOString())).toBe(1);
    expect((await journal.runs()).map(({ id }) => id)).toEqual(['new']);
  });
});

function newer(path: string): void {
  const database = new DatabaseSync(path);
  database.exec('pragma user_version = 99');
  database.close();
}

describe('a journaled pattern passes the exam', () => {
  const journal = openJournal({ path: fresh() });
  afterAll(() => journal.close());
  let runs = 0;
  const journaled = (model: LanguageModel): LanguageModel => {
    const within = <T>(work: () => Promise<T>) => run({ journal, runId: `exam ${runs++}` }, work);
    return {
      specificationVersion: 'v4',
      provider: model.provider,
      modelId: model.modelId,
      supportedUrls: model.supportedUrls,
      doGenerate: call => within(async () => model.doGenerate(call)),
      doStream: call => within(async () => model.doStream(call)),
    };
  };
  const subject = {
    roles: {
      only: { place: 'cloud' as const, reply: (call: Call) => `echo of ${lastUserText(call)}` },
    },
    make: ({ only }: Record<string, LanguageModel>) => journaled(direct(only!)),
    call: (n: number) => userCall(`question ${n}`),
    isRight: (text: string, n: number) => text === `echo of question ${n}`,
  };
  for (const { name, run: examine } of patternContract(subject)) it(name, examine);
});
