import { describe, expect, it } from 'vitest';
import { documentCall } from '../../documents/document-call.ts';
import { textOf } from '../../model/answer.ts';
import { run } from '../../model/run/scope-life.ts';
import { summaryOf } from '../../model/run/summary.ts';
import type { Call } from '../../model/types.ts';
import { doubleOf, lastUserText, promptText } from '../../testing/double.ts';
import { scriptedModel } from '../../testing/scripted-model.ts';
import { chain } from './chain.ts';

const partOf = (call: Call) => /<part>\n([\s\S]*)\n<\/part>/.exec(lastUserText(call))![1]!;
const text = [
  'The north pump failed on 3 May, since its bearing was dry.',
  ...Array.from({ length: 90 }, (_, n) => `Line ${n} tells nothing of note.`),
  'The south pump was painted red by the crew of Ada.',
].join('\n');
const on = (question: string, given = text) =>
  documentCall(question, [{ title: 'pumps.txt', text: given }]);

/** Keeps what was read, as the store of documents does. */
function storeOf() {
  const kept = new Map<string, string>();
  return {
    kept,
    get: () => undefined,
    recall: (id: string, key: string) => kept.get(`${id} ${key}`),
    remember: async (id: string, key: string, value: string) => {
      kept.set(`${id} ${key}`, value);
    },
  };
}

function setting() {
  let hops = 0;
  const worker = doubleOf({ modelId: 'worker' }, call => {
    hops++;
    const facts = [...partOf(call).matchAll(/The \w+ pump .*\./g)].map(([quote]) => ({ quote }));
    return { text: JSON.stringify({ facts }) };
  });
  const documents = storeOf();
  const ask = async (call: Call, options: object = {}) => {
    const manager = scriptedModel(['done [f1]'], { modelId: 'manager', place: 'cloud' });
    const model = chain({ worker, manager, windowTokens: 1600, unitTokens: 200, ...options });
    const before = hops;
    const answer = await run({ documents }, async () => model.doGenerate(call));
    return {
      answer,
      hops: hops - before,
      seen: manager.calls[0] ? promptText(manager.calls[0]) : '',
    };
  };
  return { ask, documents };
}

describe('a second question over the same document', () => {
  it('reads nothing again where the same is asked', async () => {
    const { ask } = setting();
    const first = await ask(on('Why did the north pump fail?'));
    expect(first.hops).toBeGreaterThan(1);
    const second = await ask(on('why did the north pump fail'));
    expect(second.hops).toBe(0);
    expect(second.seen).toContain('its bearing was dry');
    expect(textOf(second.answer)).toBe('done [f1]');
    expect(summaryOf(second.answer)!.reason).toContain('noted when the same was asked');
    expect(summaryOf(second.answer)!.coverage).toMatchObject({ read: first.hops, cited: 2 });
  });

  it('takes facts that answer it from an earlier reading, and says it read nothing', async () => {
    const { ask } = setting();
    await ask(on('Why did the north pump fail?'));
    const { hops, seen, answer } = await ask(on('By which crew was the south pump painted red?'));
    expect(hops).toBe(0);
    expect(seen).toContain('painted red by the crew of Ada');
    expect(summaryOf(answer)!.coverage!.read).toBe(0);
    expect(summaryOf(answer)!.reason).toContain('read for another question');
  });

  it('is read where no note answers it, document or worker differ, or reuse is off', async () => {
    const { ask } = setting();
    await ask(on('Why did the north pump fail?'));
    expect((await ask(on('Who cleaned the western tank last winter?'))).hops).toBeGreaterThan(0);
    expect((await ask(on('Why did the north pump fail?', `${text}\nMore.`))).hops).toBeGreaterThan(
      0,
    );
    expect((await ask(on('Why did the north pump fail?'), { reuse: false })).hops).toBeGreaterThan(
      0,
    );
    const other = doubleOf({ modelId: 'another' }, () => ({ text: '{"facts":[]}' }));
    const { answer } = await ask(on('Why did the north pump fail?'), { worker: other });
    expect(summaryOf(answer)!.calls.device).toBeGreaterThan(0);
  });

  it('does not mind what another version has kept', async () => {
    const { ask, documents } = setting();
    await ask(on('Why did the north pump fail?'));
    for (const key of documents.kept.keys()) documents.kept.set(key, '{"rubbish":');
    expect((await ask(on('Why did the north pump fail?'))).hops).toBeGreaterThan(0);
  });
});
