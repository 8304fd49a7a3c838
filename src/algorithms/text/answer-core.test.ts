import { describe, expect, it } from 'vitest';
import { answerCore, isSameCore } from './answer-core.ts';

function isSame(question: string, one: string, other: string): boolean {
  const [left, right] = [answerCore(one, question), answerCore(other, question)];
  return left !== undefined && right !== undefined && isSameCore(left, right);
}

describe('right answers in other words', () => {
  it.each([
    [
      'What is the capital of Italy?',
      'Rome',
      'The capital of Italy is Rome.',
      'Rome is the capital.',
    ],
    ['Is water wet?', 'Yes.', 'Yes, water is wet.', 'yes'],
    ['Wie viele Tage hat ein Schaltjahr?', '366', 'Ein Schaltjahr hat 366 Tage.', '366 Tage.'],
    ['Quelle est la capitale du Japon ?', 'Tokyo', 'La capitale du Japon est Tokyo.', 'Tokyo.'],
    ['¿De qué color es el cielo?', 'Azul', 'El cielo es azul.', 'azul'],
    ['When did the war end?', '1945', 'In 1945.', 'It ended in 1945.'],
    ['What is 15 % of 200?', '30', '15 % of 200 is 30.', '30.0'],
    ['中国的首都是哪里?', '北京', '中国的首都是北京。', '北京。'],
    ['Столица Франции?', 'Париж', 'Столица Франции — Париж.', 'Париж.'],
    ['한국의 수도는?', '서울', '서울입니다.', '한국의 수도는 서울입니다.'],
    ['What is the date of Christmas Eve?', '24 December', 'December 24', 'December 24th'],
    ['How much is the fee? "The fee is $12.50."', '$12.50', 'The fee is $12.50.', 'It is $12.50'],
  ])('agree: %s', (question, ...said) => {
    for (const each of said) expect(isSame(question, said[0]!, each)).toBe(true);
  });

  it.each([
    ['Who won, Ann or Bob, and by how much?', 'Ann by 3', 'Bob by 3'],
    ['Is it open?', 'It is open.', 'It is not open.'],
    ['Who won when John played Mary?', 'John won the match.', 'Mary won the match.'],
    ['Does the red or the green lamp blink?', 'The red one blinks.', 'The green one blinks.'],
    ['Sort: 3, 1, 2', '1, 2, 3', '1, 3, 2'],
    ['Which is bigger, 0.9 or 0.11?', '0.9 is bigger', '0.11 is bigger'],
    ['What is 3 - 8?', '-5', '5'],
    ['What is the weight?', '5 kg', '5 g'],
    ['Give the time.', '3 pm', '3 am'],
    ['When was it signed?', 'In May 1949', 'In June 1949'],
    ['中国的首都是哪里?', '北京', '南京'],
    ['Was ist 3 mal 4?', '3 mal 4 ist 12', '3 mal 4 ist 14'],
  ])('are not confused with others: %s', (question, one, other) => {
    expect(isSame(question, one, other)).toBe(false);
  });

  it.each([
    ['Translate to German: I am in the house.', 'Ich bin im Haus.'],
    ['Give the total as JSON.', '{"total": 7}'],
    ['What is it?', 'word '.repeat(60)],
    ['What is it?', ''],
  ])('are compared word by word where words are the answer: %s', (question, said) => {
    expect(answerCore(said, question)).toBeUndefined();
  });
});
