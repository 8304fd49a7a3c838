import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, describe, expect, it } from 'vitest';
import { textOf, userCall } from '../model/answer.ts';
import { definePattern, settle } from '../model/pattern/define-pattern.ts';
import { direct } from '../model/pattern/direct.ts';
import { run } from '../model/run/scope-life.ts';
import { collectStream, doubleOf } from '../testing/double.ts';
import { apiFailure } from '../testing/failures.ts';
import { scriptedModel } from '../testing/scripted-model.ts';
import { openJournal } from './journal.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-journal-record-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const fresh = () => join(folder, `${files++}.db`);
const thrown = (promise: PromiseLike<unknown>) =>
  Promise.resolve(promise).then(
    () => undefined,
    (error: unknown) => error,
  );

describe('CONTRACT 10: streams', () => {
  it('are recorded before their end is handed on; a cut one costs, is not replayed', async () => {
    using journal = openJournal({ path: fresh() });
    const leaf = scriptedModel([
      { text: 'a long answer', breaks: { after: 2, error: apiFailure(500) } },
      'whole',
    ]);
    const ask = () =>
      run({ journal, runId: 'r', retry: { tries: 1 } }, async () =>
        collectStream((await direct(leaf).doStream(userCall('x'))).stream),
      );
    expect(await thrown(ask())).toMatchObject({ code: 'model_failed' });
    expect((await journal.show('r')).steps).toMatchObject([{ isFinished: false }]);
    expect(textOf(await ask())).toBe('whole');
    expect((await journal.show('r')).steps).toMatchObject([
      { isFinished: false },
      { isFinished: true },
    ]);
  });
});

describe('the egress record', () => {
  it('holds every cloud call, also one that fails, and no call on this device', async () => {
    using journal = openJournal({ path: fresh() });
    const cloud = scriptedModel(['plan', apiFailure(401)], { modelId: 'gpt-4.1', place: 'cloud' });
    const local = scriptedModel(['draft'], { modelId: 'local' });
    const both = definePattern({
      name: 'both',
      models: [local, cloud],
      async generate(call, ask) {
        await ask(local, call);
        await ask(cloud, call, { name: 'plan' });
        return settle(await ask(cloud, userCall('reduce this'), { name: 'reduce' }), {
          reason: 'test',
        });
      },
    });
    await thrown(
      run({ journal, runId: 'r' }, async () => both.doGenerate(userCall('twelve chars'))),
    );
    expect(
      (await journal.egress()).map(({ purpose, destination, characters }) => [
        purpose,
        destination,
        characters,
      ]),
    ).toEqual([
      ['plan', 'gpt-4.1', 12],
      ['reduce', 'gpt-4.1', 11],
    ]);
    expect(await journal.egress('2999-01-01')).toEqual([]);
  });

  it.each([undefined, 'a pass phrase'])('keeps the text as it left, key %s', async key => {
    const path = fresh();
    using journal = openJournal({ path, ...(key !== undefined && { key }) });
    const cloud = scriptedModel(['ok', 'ok'], { modelId: 'gpt-4.1', place: 'cloud' });
    const masker = { find: () => [{ start: 9, end: 23, kind: 'EMAIL' }] };
    const asked = userCall('Write to jo@example.org.');
    await run({ journal, runId: 'r', masker }, async () => direct(cloud).doGenerate(asked));
    const [left] = await journal.egress();
    const text = JSON.stringify(await journal.sent('r', left!.contentHash));
    expect(text).toMatch(/Write to MASKED_EMAIL_[0-9a-f]{12}\./);
    expect(await journal.sent('other', left!.contentHash)).toBeUndefined();
    using hashes = openJournal({ path: fresh(), content: 'hashes' });
    await run({ journal: hashes, runId: 'r' }, async () => direct(cloud).doGenerate(asked));
    const [told] = await hashes.egress();
    expect(await hashes.sent('r', told!.contentHash)).toBeUndefined();
  });

  it('names a file by its size alone', async () => {
    using journal = openJournal({ path: fresh() });
    const cloud = scriptedModel(['ok'], { modelId: 'gpt-4.1', place: 'cloud' });
    const bytes = { type: 'data' as const, data: new Uint8Array(1234) };
    const base64 = { type: 'data' as const, data: 'A'.repeat(99) };
    const content = [bytes, base64].map(data => ({
      ...{ type: 'file' as const, mediaType: 'image/png', data },
    }));
    await run({ journal, runId: 'r' }, async () =>
      direct(cloud).doGenerate({ prompt: [{ role: 'user', content }] }),
    );
    const [left] = await journal.egress();
    const kept = await journal.sent('r', left!.contentHash);
    expect(kept?.[0]?.content).toMatchObject([
      { type: 'file', data: { data: '[1234 bytes]' } },
      { type: 'file', data: { data: '[99 characters]' } },
    ]);
  });

  it('is on disk before the call is made', async () => {
    const path = fresh();
    using journal = openJournal({ path });
    let seen = -1;
    const cloud = doubleOf({ modelId: 'gpt-4.1', place: 'cloud' }, () => {
      const reader = new DatabaseSync(path);
      seen = reader.prepare('select * from egress').all().length;
      reader.close();
      return { text: 'ok' };
    });
    await run({ journal }, async () => direct(cloud).doGenerate(userCall('x')));
    expect(seen).toBe(1);
  });
});
