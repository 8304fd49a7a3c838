import { describe, expect, it } from 'vitest';
import { documentOf } from '../document.ts';
import { passagesOf } from '../passages.ts';
import { nearestPassages, rankPassages } from './nearest-passages.ts';

const filler = (n: number) =>
  `Abschnitt ${n}. ${'Der Kran steht am Ufer und wird im Winter selten bewegt. '.repeat(8)}`;
const long = (answer: string) =>
  documentOf({
    text: Array.from({ length: 30 }, (_, n) => (n === 17 ? answer : filler(n))).join('\n\n'),
  });

describe('nearestPassages', () => {
  it('meets inflected and compound words of any language', async () => {
    const document = long('Die Probezeiten der Auszubildenden dauern höchstens vier Monate.');
    const { passages } = await nearestPassages(
      [document],
      'Wie lange dauert die Probezeit maximal?',
    );
    expect(passages[0]!.text).toContain('höchstens vier Monate');
  });

  it('is sure where much speaks for one passage, and not where little does', async () => {
    const document = long('Colorado took in $282 million from drilling and mining, 0.89 % of all.');
    const asked = (question: string) => nearestPassages([document], question);
    expect((await asked('What did Colorado take in from drilling and mining?')).isSure).toBe(true);
    expect((await asked('Who is the head of the agency?')).isSure).toBe(false);
  });

  it('gives places that hold, and none for a question that shares nothing', async () => {
    const document = long('The toll was 7 crowns.');
    const near = await nearestPassages([document], 'How high was the toll?');
    for (const { start, end, text } of near.passages)
      expect(document.text.slice(start, end)).toBe(text);
    expect((await nearestPassages([document], '???')).passages).toEqual([]);
    expect(await nearestPassages([], 'What?')).toMatchObject({
      passages: [],
      evidence: 0,
      isSure: false,
    });
  });

  it('ranks given passages, the earlier first where nothing tells them apart', async () => {
    const passages = passagesOf([long('The toll was 7 crowns.')], { by: 'paragraph' });
    expect(passages[rankPassages(passages, 'toll')[0]!]!.text).toContain('7 crowns');
    expect(rankPassages(passages, 'xyz')).toEqual([...passages.keys()]);
  });

  it('looks for the ends of a question that is as long as a document', async () => {
    const rows = Array.from({ length: 8000 }, (_, n) => `${n};anna${n};row ${n}`).join('\n');
    const document = documentOf({ text: `${rows}\n\nThe berth costs 21 crowns a week.\n` });
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const ask = (question: string) => nearestPassages([document], question, { most: 1 });
    const [first] = (await ask(`${rows}\n\nWhat does the berth cost a week?`)).passages;
    clearInterval(timer);
    expect(first?.text).toContain('21 crowns');
    expect(turns).toBeGreaterThan(1);
  });
});
