import { describe, expect, it } from 'vitest';
import { countedNames, promptFeatures } from './prompt-features.ts';
import { shapeNames } from './prompt-shape.ts';

const shape = (text: string) => {
  const { counted } = promptFeatures(text).whole;
  return Object.fromEntries(shapeNames.map(name => [name, counted[countedNames.indexOf(name)]!]));
};

describe('how a prompt is built', () => {
  it.each([
    ['A. one\nB. two\nC. three', 3],
    ['1) one\n12) two', 2],
    ['(a) one\n(b) two', 2],
    ['- one\n* two', 2],
    ['1.5 million people\nA man came\ne.g. this\n-5 degrees', 0],
    ['It was in 1) the north', 0],
  ])('counts list items: %j', (text, items) => {
    expect(shape(text).items).toBe(items);
  });

  it('tells how long, how unequal and how numeric items are', () => {
    const { itemLength, itemSpread, itemNumbers } = shape(
      'Which?\nA. 12\nB. -3 or 4 of them\nC. $5\nD. none',
    );
    expect(itemNumbers).toBe(0.75);
    expect(itemLength).toBeGreaterThan(1);
    expect(itemSpread).toBeCloseTo(Math.log1p(15) - Math.log1p(2));
    expect(shape('Which of these?')).toMatchObject({
      itemLength: 0,
      itemSpread: 0,
      itemNumbers: 0,
    });
  });

  it('tells whether items are like each other, and like the question', () => {
    const alike = shape('Which is it?\nA. larger firms in Europe\nB. smaller firms in Europe');
    const unlike = shape('Which is it?\nA. some river\nB. the mountain');
    expect(alike.itemLikeness).toBeCloseTo(3 / 10);
    expect(unlike.itemLikeness).toBe(0);
    expect(shape('Is the river long?\nA. the river\nB. it').itemEcho).toBeCloseTo(2 / 5);
  });

  it('notes numbers and repeated words', () => {
    const { numbers, largestNumber, repeats } = shape('In 1912 the 40 men and the 7 dogs');
    expect(numbers).toBeCloseTo(Math.log1p(3));
    expect(largestNumber).toBeCloseTo(Math.log1p(1912));
    expect(repeats).toBeCloseTo(1 / 9);
    expect(shape('9'.repeat(400)).largestNumber).toBeLessThan(30);
    expect(shape('h264 x86').numbers).toBe(0);
  });

  it('does not depend on what was read before', () => {
    const text = 'A. + the river\nB. the sea + 4';
    const once = shape(text);
    for (let count = 0; count < 50; count++) promptFeatures(`${count} the river, the sea + 5`);
    expect(shape(text)).toEqual(once);
  });
});
