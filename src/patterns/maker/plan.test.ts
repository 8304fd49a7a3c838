import { describe, expect, it } from 'vitest';
import { type Plan, readPlan } from './plan.ts';
import { plannerSystem } from './prompts.ts';
import { isSamePlan } from './same-plan.ts';

const step = (id: string, more = {}) => ({ id, instruction: `Do ${id}.`, ...more });
const read = (steps: object[], more = {}, frame = {}) =>
  readPlan(JSON.stringify({ steps, ...more }), { given: [], ...frame });

describe('a plan', () => {
  it('is asked for without checks that no request sets, and with one end for all', () => {
    expect(plannerSystem).toContain('"check": null, or where the request itself sets a bound');
    expect(plannerSystem).toContain('the last step puts all of them together');
  });

  it('is read with what it leaves out', () => {
    expect(read([step('a')])).toEqual({
      steps: [{ id: 'a', instruction: 'Do a.', needs: [], type: 'text', atomic: true }],
      answer: 'a',
    });
  });

  it.each([
    [
      'steps in a circle',
      read([step('a', { needs: ['b'] }), step('b', { needs: ['a'] })]),
      'in a circle: a → b → a',
    ],
    ['a step that waits for itself', read([step('a', { needs: ['a'] })]), 'in a circle: a → a'],
    ['an id used twice', read([step('a'), step('a')]), 'used twice'],
    ['an id that is given', read([step('a')], {}, { given: ['a'] }), 'used twice'],
    [
      'an answer that is no step, with two steps that it may be',
      read([step('a'), step('b')], { answer: 'c' }),
      '"c", which is no step',
    ],
    [
      'an answer of another type',
      read([step('a')], {}, { answerType: 'object' }),
      'of type object, "a" is text',
    ],
    [
      'a check of what is not needed',
      read([step('a', { type: 'list', check: { sameItemsAs: 'b' } })]),
      'does not need',
    ],
    ['an unknown key', read([step('a', { run: 'rm -rf /' })]), 'nrecognized key'],
    ['no steps', read([]), 'steps'],
  ])('is refused for %s', (_, fault, says) => {
    expect(fault).toContain(says);
  });

  it.each(['FRANCE', '402', 'result'])('is read to its only end where %j is its answer', answer => {
    const steps = [step('b', { needs: ['a'] }), step('a')];
    expect(read(steps, { answer })).toMatchObject({
      answer: 'b',
      steps: [{ id: 'b' }, { id: 'a' }],
    });
  });

  it('is read without needs that no step gives, and without steps that nothing uses', () => {
    const found = read(
      [
        step('a', {
          type: 'number',
          needs: ['date', 'b'],
          check: { sameItemsAs: 'date', min: 1 },
        }),
        step('b'),
        step('c', { needs: ['b'] }),
      ],
      { answer: 'a' },
    ) as Plan;
    expect(found.steps.map(({ id, needs, check }) => [id, needs, check])).toEqual([
      ['a', ['b'], { min: 1 }],
      ['b', [], undefined],
    ]);
  });

  it('is read without checks that say nothing of a step, as a model of 1.5 billion wrote', () => {
    const none = { oneOf: [], length: 2, sameItemsAs: null };
    const { steps } = read([
      step('a', { type: 'number', check: { min: 0, max: 1000, ...none } }),
      step('b', { type: 'date', needs: ['a'], check: { min: 0, ...none, sameItemsAs: '' } }),
      step('c', { needs: ['b'], check: { length: 3, oneOf: ['red'], many: true } }),
    ]) as Plan;
    expect(steps.map(({ check }) => check)).toEqual([
      { min: 0, max: 1000 },
      undefined,
      { length: 3, oneOf: ['red'] },
    ]);
  });

  it.each([
    ['number', [1, 2], true],
    ['number', ['0', '1', '2'], false],
    ['number', [402, '331 + 71'], false],
    ['boolean', [true], true],
    ['boolean', ['yes', 'no'], false],
    ['text', ['red', 'blue'], true],
    ['text', [1, 2], false],
    ['date', ['2026-11-30'], true],
    ['list', ['red'], false],
  ])('is read with allowed values only where a %s can be one of %j', (type, oneOf, isKept) => {
    const { steps } = read([step('a', { type, check: { oneOf } })]) as Plan;
    expect(steps[0]?.check).toEqual(isKept ? { oneOf } : undefined);
  });

  const planOf = (...steps: object[]) => read(steps) as Plan;
  const one = (instruction: string, more = {}) => planOf({ id: 'a', instruction, ...more });

  it('is the same as another that calls its steps otherwise', () => {
    const plan = (a: string, b: string, instruction = 'Do it.') =>
      planOf({ id: a, instruction }, step(b, { instruction: 'Then that.', needs: [a] }));
    expect(isSamePlan(plan('x', 'y'), plan('one', 'two'))).toBe(true);
    expect(isSamePlan(plan('x', 'y'), plan('x', 'y', 'Do something else.'))).toBe(false);
  });

  it.each([
    ['Multiply 12 by 8.', 'Calculate the product of 12 and 8.'],
    ['Compute 12 times 8.', '12 × 8'],
    ['Work out what 4 pens cost.', 'Compute the cost of 4 pens.'],
    ['Subtract 4 from 15.', 'Calculate 15 minus 4.'],
    ['Write the function.', 'Implement the function.'],
    ['Find the largest of the numbers.', 'Determine the maximum of the numbers.'],
    ['Add the cost of pens to the cost of books.', 'Sum the cost of the pens and the books.'],
    ['Multipliziere 12 mit 8.', 'Berechne das Produkt von 12 und 8.'],
    ['Subtrahiere 4 von 15.', 'Berechne 15 minus 4.'],
    ['Sortiere die Namen der Kunden.', 'Die Namen der Kunden sortieren.'],
    ['Addiere die Preise der Bücher.', 'Berechne die Summe der Preise der Bücher.'],
    ['Calcule le produit de 12 et 8.', 'Multipliez 12 par 8.'],
    ['Soustrais 4 de 15.', 'Calcule 15 moins 4.'],
    ['Trouve le prix du livre.', 'Trouver le prix des livres.'],
    ['Suma 12 y 8.', 'Calcula la suma de 12 y 8.'],
    ['Resta 4 de 15.', 'Calcula 15 menos 4.'],
    ['Calcula el precio de los libros.', 'Calcular el precio del libro.'],
    ['计算12和8的乘积。', '将12乘以8。'],
    ['求12与8的和', '计算12加8的结果'],
    ['从15减去4', '计算15减4。'],
  ])('is the same in other words: %s | %s', (a, b) => {
    expect(isSamePlan(one(a), one(b))).toBe(true);
  });

  it.each([
    ['Multiply 12 by 8.', 'Add 12 and 8.'],
    ['Multiply 12 by 8.', 'Multiply 12 by 9.'],
    ['Subtract 4 from 15.', 'Subtract 15 from 4.'],
    ['Divide 12 by 4.', 'Divide 4 by 12.'],
    ['Teile 12 durch 4.', 'Teile 4 durch 12.'],
    ['Soustrais 4 de 15.', 'Soustrais 15 de 4.'],
    ['Poraďte 12 přes 4.', 'Poraďte 4 přes 12.'],
    ['Resta 4 de 15.', 'Resta 15 de 4.'],
    ['Find the largest number.', 'Find the smallest number.'],
    ['List the towns in northern Norway.', 'List the towns in southern Norway.'],
    ['Write a short poem for my mother.', 'Write a short poem for my father.'],
    [
      'Berechne die Summe der beiden Zahlen 12 und 8.',
      'Berechne die Differenz der Zahlen 12 und 8.',
    ],
    ['List the trains from Oslo.', 'List the trains to Oslo.'],
    ['Convert 5 euros to dollars.', 'Convert 5 dollars to euros.'],
    ['List the divisors of 12.', 'Divide 12.'],
    ['Rechne 5 Euro in Dollar um.', 'Rechne 5 Dollar in Euro um.'],
    ['Nenne die Züge von Oslo.', 'Nenne die Züge zu Oslo.'],
    ['Nomme les trains pour Paris.', 'Nomme les trains de Paris.'],
    ['Nenne Brot und Butter.', 'Nenne Brot oder Butter.'],
    ['Multiplica 12 por 8.', 'Nombra 12 y 8.'],
    ['Nenne die Städte in Norwegen.', 'Nenne die Städte in Schweden.'],
    ['Nenne die Städte in Norwegen.', 'Nenne die Städte.'],
    ['Nenne alle Schüler der Klasse.', 'Nenne alle Schülerinnen der Klasse.'],
    ['Nenne den Lehrer.', 'Nenne die Lehrerin.'],
    ['Nenne die Tage vor dem Fest.', 'Nenne die Tage nach dem Fest.'],
    ['Trouve le cousin de Marie.', 'Trouve la cousine de Marie.'],
    ['Trouve le plus grand nombre.', 'Trouve le plus petit nombre.'],
    ['Nomme les villes de France.', 'Nomme les villes sans la France.'],
    ['Encuentra al hermano de Ana.', 'Encuentra a la hermana de Ana.'],
    ['Divide 12 entre 4.', 'Divide 4 entre 12.'],
    ['计算12除以4', '计算4除以12'],
    ['列出挪威的城市', '列出瑞典的城市'],
    ['找出最大的数字', '找出最小的数字'],
    ['Seřaď jména podle abecedy.', 'Seřaď jména podle délky.'],
    ['List the towns.', 'Count the towns.'],
    ['List the towns in Norway.', 'List the towns not in Norway.'],
    ['Subtract the cost from the price.', 'Subtract the price from the cost.'],
  ])('is another where it does something else: %s | %s', (a, b) => {
    expect(isSamePlan(one(a), one(b))).toBe(false);
  });

  it('is another where its steps need other steps, or more of them', () => {
    const [a, b] = [step('a'), step('b')];
    const [apart, chained] = [step('c', { needs: ['a', 'b'] }), step('c', { needs: ['b'] })];
    const inChain = planOf(a, step('b', { needs: ['a'] }), chained);
    expect(isSamePlan(planOf(a, b, apart), inChain)).toBe(false);
    expect(isSamePlan(planOf(a), planOf(a, step('b', { needs: ['a'] })))).toBe(false);
    expect(isSamePlan(planOf(a, b, apart), planOf(b, a, apart))).toBe(true);
  });
});
