import { describe, expect, it } from 'vitest';
import { rankSentences } from './rank-sentences.ts';

const best = (text: string, question: string, hints?: readonly string[]) =>
  rankSentences(text, question, hints)[0];

const returns =
  'Customers may return goods within 30 days of delivery. The fee for late returns is 12 EUR. It ' +
  'is waived for members.';
const help = `# Account help

How do I reset my password?
Click "Forgot password" on the sign-in page and follow the mail.

## Refunds

${returns}
`;

describe('rankSentences', () => {
  it('gives the right sentence the whole score, a paraphrase little and another topic none', () => {
    const right = best(help, 'How much is the fee for late returns?')!;
    expect(right.text).toBe('The fee for late returns is 12 EUR.');
    expect(right.score).toBe(1);
    expect(help.slice(right.start, right.end)).toBe(right.text);
    expect(best(help, 'What does sending something back too late cost?')!.score).toBeLessThan(0.3);
    expect(best(help, 'Who won the 1998 world cup?')).toBeUndefined();
  });

  it('answers a question with what stands below it, not with the question', () => {
    expect(best(help, 'How do I reset my password?')!.text).toMatch(/^Click "Forgot/);
    expect(best('What are the opening hours?\nNine to five.', 'opening hours')!.text).toBe(
      'Nine to five.',
    );
  });

  it('lends the words of the sentence before and of the heading to one that says "it"', () => {
    expect(best(help, 'Is the late fee waived for members?')!.text).toBe(
      'It is waived for members.',
    );
    expect(
      best('# Express\n\nIt costs 5 EUR.\n\n# Standard\n\nIt costs 3 EUR.', 'What costs Standard?')!
        .text,
    ).toBe('It costs 3 EUR.');
  });

  it('keeps the lines of a log apart', () => {
    const log = '2026-05-03 10:22 ERROR ledger failed\n2026-05-03 10:23 INFO payments up\n';
    const [first, second] = rankSentences(log, 'Did the ledger stop the payments?');
    expect(first!.score).toBe(second!.score);
  });

  it('finds what known identifiers lead to', () => {
    const found = best('Deploy d-77 rolled back svc-4.\nNothing else.', 'What caused the outage?', [
      'It was d-77x or svc-4.',
    ]);
    expect(found).toMatchObject({ text: 'Deploy d-77 rolled back svc-4.', score: 0.25 });
  });

  it('cuts a line without end, so that a citation stays readable', () => {
    const line = `${'word '.repeat(2000)}refund ${'word '.repeat(2000)}`;
    expect(best(line, 'refund')!.text.length).toBeLessThanOrEqual(600);
  });

  it.each([
    ['an empty text', '', 'What is it about?'],
    ['a question without terms', help, 'What is it?'],
    ['an empty question', help, ''],
    ['emoji', '😀 👍', '😀?'],
  ])('finds nothing in %s', (_name, text, question) => {
    expect(rankSentences(text, question)).toEqual([]);
  });

  it('reads right-to-left text', () => {
    expect(best('החתול ישן. הכלב רץ.', 'מה עשה הכלב')!.text).toBe('הכלב רץ.');
  });
});

describe('what is a heading', () => {
  const best = (text: string, question: string) => rankSentences(text, question)[0]!;

  it('ends with no mark of a sentence, in any script', () => {
    expect(best('契約\n\n月額賃料は十万円です。\n\n敷金は二か月分です。', '月額賃料').score).toBe(
      1,
    );
    expect(
      best('العقد\n\nقيمة الإيجار الشهري ألف دينار۔\n\nالمدة عامان.', 'قيمة الإيجار').score,
    ).toBe(1);
    expect(best('规定\n\n押金是多少？\n\n押金是两个月的租金。', '押金是多少').text).toContain(
      '租金',
    );
  });

  it('stands above something that is said', () => {
    expect(best('Annual fee 900 euros\n\n1\n', 'annual fee').score).toBe(1);
    expect(best('Annual fee\n\nIt is 900 euros.\n', 'annual fee').score).toBeLessThan(0.5);
  });
});
