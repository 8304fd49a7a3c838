import { describe, expect, it } from 'vitest';
import { documentCall } from '../../documents/document-call.ts';
import { textOf } from '../../model/answer.ts';
import { summaryOf } from '../../model/run/summary.ts';
import type { Call } from '../../model/types.ts';
import { doubleOf, lastUserText, promptText } from '../../testing/double.ts';
import { chain } from './chain.ts';

const bank = 'Vacation accrues each month with a maximum bank of 27 days at any time.';
const account = 'The FSA is an account where you can set aside pre-tax money for medical expenses.';
const filler = (from: number) =>
  Array.from({ length: 60 }, (_, n) => `Line ${from + n} says where a chair of the hall stands.`);
const text = [account, ...filler(0), bank, ...filler(100)].join('\n');
const question = 'How many vacation days can be saved up at most?';
const small = { windowTokens: 1600, unitTokens: 200, passes: 1 };

const partOf = (call: Call) => /<part>\n([\s\S]*)\n<\/part>/.exec(lastUserText(call))![1]!;
const isPlain = (call: Call) => call.responseFormat === undefined;
const report = (quote: string, more: object = {}) =>
  JSON.stringify({
    facts: [{ quote, certainty: 'stated' }],
    openQuestions: [],
    answered: [],
    ...more,
  });

async function ask(
  worker: (call: Call) => string,
  said = 'It is 27 days [f1].',
  read: string = text,
) {
  const sent: string[] = [];
  const asked: Call[] = [];
  const answer = await chain({
    worker: doubleOf({ modelId: 'worker' }, call => {
      asked.push(call);
      return { text: worker(call) };
    }),
    manager: doubleOf({ modelId: 'manager', place: 'cloud' }, call => {
      sent.push(promptText(call));
      return { text: said };
    }),
    ...small,
  }).doGenerate(documentCall(question, [{ title: 'benefits.md', text: read }]));
  return { text: textOf(answer), sent: sent.join('\n'), asked, summary: summaryOf(answer)! };
}

describe('chain with small workers', () => {
  it('shows no filled example, and notes as ids and a few words after the part', async () => {
    const { asked } = await ask(call => {
      const has = partOf(call).includes(account);
      return has ? report(account) : '{"facts":[],"openQuestions":[],"answered":[]}';
    });
    const later = promptText(asked[1]!);
    expect(later).not.toMatch(/lock|3 May|new key/);
    expect(later).not.toContain(account);
    expect(later).toMatch(/<\/part>\n<noted>\n\[f1\] FSA /);
  });

  it.each([
    ['its own placeholders', '{"facts":[{"quote":"…"}],"openQuestions":["…"],"answered":["…"]}'],
    ['the question', report(question, { openQuestions: [question] })],
    [
      'an example that no document holds',
      report('The lock was changed on 3 May.', { openQuestions: ['Who has the new key?'] }),
    ],
  ])('does not take %s for a reading', async (_name, echo) => {
    const { summary, sent, text: said } = await ask(() => echo);
    expect(summary.coverage!.read).toBe(0);
    expect(summary.degraded).toBe(true);
    expect(sent).toBe('');
    expect(said).not.toContain('[f1]');
    expect(summary.reason).not.toContain('still open');
  });

  it('counts a part as unread where the worker only repeats what is noted', async () => {
    const { summary, sent } = await ask(() => report(account, { answered: ['q7'] }));
    expect(summary.coverage!.read).toBe(1);
    expect(summary.degraded).toBe(true);
    expect(summary.reason).toMatch(/\d copied from notes or prompt, \d unknown ids answered/);
    expect(sent).toContain(`[f1] ${account}`);
  });

  it.each([
    'FSA set aside pre-tax money medical',
    'The FSA set aside: pre, tax (money), medical.',
    'Staff FSA set aside pre-tax money medical',
  ])('shows no more notes to a worker that gave one back: %s', async note => {
    const long = [account, ...filler(0), ...filler(1000), ...filler(2000), bank].join('\n');
    const worker = (call: Call) => {
      if (isPlain(call) || partOf(call).includes(account)) return report(account);
      if (promptText(call).includes('[f1]')) return report(note);
      return partOf(call).includes(bank) ? report(bank) : '{"facts":[]}';
    };
    const { asked, sent } = await ask(worker, 'It is 27 days [f2].', long);
    const told = asked.filter(call => promptText(call).includes('[f1]'));
    expect(asked.filter(call => !isPlain(call)).length).toBeGreaterThan(3);
    expect(told).toHaveLength(1);
    expect(sent).toContain(`[f2] ${bank}`);
  });

  it.each([
    ['a value', '27 days'],
    ['a sentence of its own', 'The maximum bank is 27 days.'],
  ])('finds the sentence that holds %s, where no report comes', async (_name, words) => {
    const { sent, summary } = await ask(call =>
      isPlain(call) ? (partOf(call).includes(bank) ? words : 'not stated') : 'I am not sure.',
    );
    expect(sent).toContain(`[f1] ${bank}`);
    expect(summary.degraded).toBeUndefined();
  });

  it('takes the sentence of the document for a quote with a word altered', async () => {
    const { sent } = await ask(call =>
      partOf(call).includes(bank)
        ? report('Vacation accrues each month with the maximum bank of 27 days at any given time.')
        : '{"facts":[]}',
    );
    expect(sent).toContain(`[f1] ${bank}`);
    expect(sent).not.toContain('given time');
  });

  it('says that an answer cites ids that no fact has', async () => {
    const { summary } = await ask(
      call => (partOf(call).includes(bank) ? report(bank) : '{"facts":[]}'),
      'It is 27 days [f1]. The bank is described further [f2, f3].',
    );
    expect(summary.grounding!.unknownIds).toEqual(['f2', 'f3']);
    expect(summary.reason).toMatch(/^cites f2, f3, which no fact has/);
  });

  it('says that an answer which uses no fact is none', async () => {
    const { summary } = await ask(
      call => (partOf(call).includes(account) ? report(account) : '{"facts":[]}'),
      'Holidays are typically calculated by dividing yearly interest by 12.',
    );
    expect(summary.reason).toMatch(/^no answer: it uses none of the 1 facts/);
    expect(summary.degraded).toBe(true);
  });

  it('takes a list that says that there is nothing for an empty one', async () => {
    const nothing = JSON.stringify({
      facts: [{ quote: 'None', certainty: 'stated' }],
      openQuestions: ['None', 'n/a', 'Keine.', 'f1', '[q2]'],
      answered: [],
    });
    const { asked, summary } = await ask(call =>
      partOf(call).includes(bank) ? report(bank, { openQuestions: ['None.'] }) : nothing,
    );
    expect(asked.filter(isPlain)).toEqual([]);
    expect(summary.coverage!.read).toBe(summary.coverage!.chunks);
    expect(summary.reason).not.toContain('open');
  });

  it('asks a worker whose reports show no reading for a few words alone, after four', async () => {
    const long = [...filler(1000), ...filler(2000), text].join('\n');
    const worker = (call: Call) => {
      if (!isPlain(call)) return report('The lock was changed on 3 May.');
      return lastUserText(call).includes(bank) ? 'a maximum of 27 days' : 'none';
    };
    const { asked, summary, sent } = await ask(worker, 'It is 27 days [f1].', long);
    expect(asked.filter(call => !isPlain(call))).toHaveLength(4);
    expect(asked.filter(isPlain).length).toBeGreaterThan(4);
    expect(summary.coverage!.cited).toBe(1);
    expect(sent).toContain(bank);
  });

  it('gives a report no more room than its part could fill', async () => {
    const { asked } = await ask(() => report(account));
    for (const call of asked.filter(each => !isPlain(each))) {
      const most = 256 + Math.ceil(partOf(call).length / 2);
      expect(call.maxOutputTokens).toBeLessThanOrEqual(most);
    }
  });
});

describe('a worker that only says that there is nothing', () => {
  it.each([
    ['a word', 'NONE'],
    ['English', 'This part does not say.'],
    ['German', 'Dazu steht hier nichts.'],
    ['French', 'Le passage ne le précise pas.'],
    ['Spanish', 'No se menciona en esta parte.'],
    ['Chinese', '本部分没有提到。'],
    ['a refusal', 'I am sorry, but I cannot help with that.'],
    ['silence', ''],
    ['a report that was cut', '{"facts": [{"quote": "'],
    ['the question', 'How many days can be saved up at most?'],
  ])('has read nothing, and the document is not denied: %s', async (_name, words) => {
    const { summary, text } = await ask(() => words);
    expect(summary).toMatchObject({ degraded: true, coverage: { read: 0 } });
    expect(text).not.toContain('Nothing in the document');
  });

  it('gives the question back as a quote, which is no fact of a sentence near to it', async () => {
    const text = 'The reactor of Bergen produces 44 megawatts, and it was moved.';
    const question = 'Where was the reactor moved, and how many megawatts does it produce?';
    const worker = doubleOf({ modelId: 'worker' }, () => ({ text: report(question) }));
    const answer = await chain({ worker, manager: worker }).doGenerate(
      documentCall(question, [{ title: 'a.txt', text }]),
    );
    expect(summaryOf(answer)!.coverage!.read).toBe(0);
  });
});
