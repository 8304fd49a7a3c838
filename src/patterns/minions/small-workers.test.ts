import { describe, expect, it } from 'vitest';
import { documentCall } from '../../documents/document-call.ts';
import { textOf } from '../../model/answer.ts';
import { run } from '../../model/run/scope-life.ts';
import { summaryOf } from '../../model/run/summary.ts';
import { doubleOf, lastUserText } from '../../testing/double.ts';
import { minions } from './minions.ts';

const filler =
  'The yearly report lists what the office did, whom it paid and which rooms were used.';
const fact = 'The fee for a second key comes to 45 euros and is paid at the counter.';
const text = Array.from({ length: 90 }, (_, n) => (n === 40 ? fact : `${filler} (${n})`)).join(
  '\n\n',
);
const call = documentCall('What does a second key cost?', [{ title: 'rules', text }]);

async function askedOf(reply: (text: string) => string) {
  const shown: string[] = [];
  const local = doubleOf({ modelId: 'small', place: 'device' }, asked => {
    shown.push(lastUserText(asked));
    return { text: reply(shown.at(-1)!) };
  });
  const cloud = doubleOf({ modelId: 'big', place: 'cloud' }, () => ({ text: 'no' }));
  const answer = await run({ mode: 'local-only' }, async () =>
    minions({ local, cloud }).doGenerate(call),
  );
  const few = shown.filter(each => each.includes('in a few words'));
  return { text: textOf(answer), summary: summaryOf(answer)!, few };
}

describe('a small worker that fills in no forms', () => {
  it.each(['NONE', 'Not in the text.', 'null', '', 'I do not know.', 'Sorry, I cannot help.'])(
    'and says "%s" of all it is shown is no proof that the document holds nothing',
    async said => {
      const { text: shown } = await askedOf(() => said);
      expect(shown).not.toContain('Nothing in the document');
      expect(shown).toContain('45 euros');
    },
  );

  it('is shown the part of a chunk that is nearest, of four chunks at most', async () => {
    const { few } = await askedOf(() => 'blue');
    expect(few.length).toBeLessThanOrEqual(4);
    expect(few.some(each => each.includes(fact))).toBe(true);
    for (const each of few) expect(each.length).toBeLessThan(1000);
  });

  it.each([
    '45',
    '45 euros',
    'It costs 45 euro',
    'Fourty-five: 45 euros, paid at the coun',
    '45 €.',
  ])('and says "%s" is cited with the sentence of the document', async said => {
    const { text: shown, summary } = await askedOf(each => (each.includes(fact) ? said : 'blue'));
    expect(shown.startsWith(`${fact} [e1]`)).toBe(true);
    expect(summary.coverage!.read).toBeLessThan(summary.coverage!.chunks);
  });

  const answers = (text: string, more: (text: string) => string) => {
    if (!text.includes('Write yes or no.')) return more(text);
    const isProbed = /closed on Mondays|built in Gdansk/.test(text);
    const isAsked = /back too late|cars fit/.test(text);
    return (isProbed ? isAsked : text.includes(fact)) ? 'Yes' : 'No.';
  };

  it('that can tell which text holds an answer decides what is cited', async () => {
    const right = await askedOf(each =>
      answers(each, text => (text.includes(fact) ? 'blue' : '(3)')),
    );
    expect(right.text.startsWith(`${fact} [e1]`)).toBe(true);
    expect(right.text).not.toContain('[e2]');
  });

  it('is asked no more than one word in vain where it cannot tell', async () => {
    const asked: string[] = [];
    const { text: shown } = await askedOf(each => {
      if (each.includes('Write yes or no.')) asked.push(each);
      return each.includes('Write yes or no.') ? 'No' : each.includes(fact) ? '45 euros' : 'blue';
    });
    expect(asked).toHaveLength(1);
    expect(shown.startsWith(`${fact} [e1]`)).toBe(true);
  });
});
