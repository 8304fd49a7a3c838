import { describe, expect, it } from 'vitest';
import { verdictWord } from './verdict-word.ts';

const read: readonly (readonly [text: string, verdict: boolean | undefined])[] = [
  ['Incorrect.', false],
  ['<analysis>No, hm.</analysis>\nYes', true],
  ['<|begin_of_thought|>no<|end_of_thought|>Yes.', true],
  ['<scratchpad>yes</scratchpad> No', false],
  ['Verdict: **PASS**', true],
  ['```json\n{"verdict":"no"}\n```', false],
  ['👎', false],
  ['Approved', true],
  ['Rejected', false],
  ['That is not the case.', false],
  ["That doesn't check out.", false],
  ['Looks good to me.', true],
  ['No issues found; the answer is correct.', true],
  ['The answer is 402, which matches.', true],
  ['The value does not match: it should be 402.', false],
  ['I am not sure whether it is correct.', undefined],
  ['Yes and no.', undefined],
  ['Partially correct', false],
  ['I agree.', true],
  ['I disagree.', false],
  ['Definitely not.', false],
  ['Of course not', false],
  ['Not quite.', false],
  ['✅ Correct', true],
  ['❌', false],
  ['<answer>no</answer>', false],
  ['Is the answer correct? No, since 2+2=4.', false],
  ['No errors found.', true],
  ['There is no error.', true],
  ['The answer contains an error.', false],
  ['It answers the question correctly.', true],
  ['Not supported', false],
  ['正确', true],
  ['不对', false],
  ['はい', true],
  ['아니요', false],
  ['Да', true],
  ['Нет, это неверно.', false],
  ['The answer is wrong.', false],
  ['False', false],
  ['No, the capital is Canberra.', false],
  ['Not correct', false],
  ['Correct', true],
  ['Right', true],
  ['Yes.', true],
  ['**No**', false],
  ['<think>yes it looks right</think>\nno', false],
  ['it looks right</think>\nno', false],
  ['<think>yes it seems', undefined],
  ["It isn't right.", false],
  ['Verdict: yes', true],
  ['Answer: no', false],
  ['Richtig.', true],
  ['Falsch', false],
  ['Nein, das ist falsch.', false],
  ['Die Antwort ist nicht richtig.', false],
  ['Oui', true],
  ['Non.', false],
  ["Ce n'est pas correct.", false],
  ['Sí.', true],
  ['No es correcto.', false],
  ['Incorrecto', false],
  ['Corretto', true],
  ['Sbagliato', false],
  ['Sim', true],
  ['Não.', false],
  ['yes or no', undefined],
  ['Maybe', undefined],
  ['The correct answer is Canberra.', undefined],
  ['The answer is not wrong.', true],
  ['The answer is partially correct, but wrong in the end.', false],
  ['I would say no.', false],
  ['It does not answer the question.', undefined],
  ['', undefined],
  ['The answer is correct.', true],
  ['The answer is inaccurate.', false],
  ['The answer yes is not right', false],
  ['"Yes" is wrong.', false],
  ['Yes is my verdict.', true],
];

describe('a verdict in words', () => {
  it.each(read)('%j is read as %s', (text, verdict) => {
    expect(verdictWord(text)).toBe(verdict);
  });

  it.each([
    ...['1', '1.', '**1**', 'Answer: 1', '[1]', '<verdict>1</verdict>', '{"verdict": 1}'],
    ...['10/10', '8/10', '9 out of 10', 'Score: 9/10', 'Rating: 4/5', '95%', 'Confidence: 95%'],
    ...['0.95', '1.0', 'I would give this a 9/10.', '<think>0</think>1', '9 von 10'],
  ])('is a yes in the figure %j', text => {
    expect(verdictWord(text)).toBe(true);
  });

  it.each([
    ...['0', 'Verdict: 0', '{"score": 0}', '0/10', '3/10', '2 out of 10', '1/5', '20%', '0.1'],
    ...['It is incorrect. 9/10', '1. The answer is wrong.', '5/10'],
  ])('is a no in the figure %j', text => {
    expect(verdictWord(text)).toBe(false);
  });

  it.each([
    ...['7/10', '6/10', '42', 'Score: 8', '100', '5 stars', '24/7', '1/2/2020', '2 + 2 = 4'],
    ...['The answer is 42.', 'From 3/10 to 9/10', '12/10'],
  ])('is none in the figure %j', text => {
    expect(verdictWord(text)).toBeUndefined();
  });

  it('counts at its end where thinking aloud stands before it', () => {
    expect(verdictWord('Let me think. Yes, maybe. So the answer is incorrect.')).toBe(false);
    expect(verdictWord('It could be right. On the whole I say yes.')).toBe(true);
  });

  it('is read from a long hostile text in no time', () => {
    const start = performance.now();
    for (const text of ['no '.repeat(300_000), '<think>'.repeat(100_000), 'not '.repeat(200_000)])
      verdictWord(text);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
