import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentTerms } from '../../algorithms/text/terms.ts';
import { documentOf } from '../../documents/document.ts';
import type { FoundFact, Report } from './report.ts';
import { addToUnit, emptyUnit, factLine, type Unit, type UnitLimits } from './unit.ts';

const document = documentOf({ text: 'x'.repeat(10_000), title: 'd' });
const fact = (text: string, start: number, more: Partial<FoundFact> = {}): FoundFact => ({
  ...{ text, start, end: start + text.length, document, certainty: 'stated' },
  ...more,
});
const found = (facts: readonly FoundFact[], more: Partial<Report> = {}): Report => ({
  ...{ facts, openQuestions: [], answered: [], part: 0 },
  ...{ refused: 0, repeated: 0, echoed: 0 },
  ...more,
});
const limits = (
  question: string,
  maxTokens: number,
  more: Partial<UnitLimits> = {},
): UnitLimits => ({
  ...{
    maxTokens,
    count: (text: string) => Math.ceil(text.length / 4),
    focus: new Set(contentTerms(question)),
  },
  ...{ documents: [document], isSpread: false },
  ...more,
});
const textsOf = (unit: Unit) => unit.facts.map(({ text }) => text);

describe('TRAP 18: the unit keeps early facts', () => {
  const within = limits('Why did the pump fail?', 28);
  const first = addToUnit(emptyUnit, found([fact('the pump lost its oil at once', 0)]), within);

  it('leaves out by relevance to the question, and of equals the latest, never the oldest', () => {
    const later = addToUnit(
      first,
      found([
        fact('the sun was shining all day long', 100),
        fact('the pump was painted red now', 200),
      ]),
      within,
    );
    expect(textsOf(later)).toEqual([
      'the pump lost its oil at once',
      'the pump was painted red now',
    ]);
    expect(later.dropped.forRoom).toBe(1);
    const full = addToUnit(later, found([fact('the pump was painted blue, too', 300)]), within);
    expect(textsOf(full)).toEqual(textsOf(later));
  });

  it('forgets nothing: what was left out comes back when an open question makes it matter', () => {
    const crowded = addToUnit(
      first,
      found([
        fact('the supplier is Borealis of Oslo', 100),
        fact('the pump was painted red now', 200),
      ]),
      within,
    );
    expect(textsOf(crowded)).not.toContain('the supplier is Borealis of Oslo');
    const asked = addToUnit(
      crowded,
      found([fact('a delivery came', 300)], { openQuestions: ['Who is the supplier?'] }),
      limits('Why did the pump fail?', 40),
    );
    expect(textsOf(asked)).toContain('the supplier is Borealis of Oslo');
  });
});

describe('the unit', () => {
  it('merges without loss while it is under its budget, in the order of the document', () => {
    const reports = [3000, 1000, 2000].map(start => found([fact(`entry at ${start}`, start)]));
    const unit = reports.reduce(
      (sum, report) => addToUnit(sum, report, limits('x', 500)),
      emptyUnit,
    );
    expect(textsOf(unit)).toEqual(['entry at 1000', 'entry at 2000', 'entry at 3000']);
    expect(unit.dropped.forRoom).toBe(0);
  });

  it('takes a fact once, however often its place is reported', () => {
    const once = [fact('Same fact.', 0), fact('Same fact', 0)].reduce(
      (unit, each) => addToUnit(unit, found([each]), limits('x', 500)),
      emptyUnit,
    );
    expect(once.facts).toHaveLength(1);
    expect(once.dropped.repeated).toBe(1);
  });

  it('keeps a return to what was before: equal words at another place are another fact', () => {
    const doses = ['dose 10 mg', 'dose 20 mg', 'dose 10 mg'].map((text, index) =>
      fact(text, index * 100),
    );
    expect(textsOf(addToUnit(emptyUnit, found(doses), limits('dose?', 500)))).toEqual(
      doses.map(({ text }) => text),
    );
  });

  it('is the very same where a worker finds nothing', () => {
    const unit = addToUnit(emptyUnit, found([fact('something', 0)]), limits('x', 500));
    expect(addToUnit(unit, found([]), limits('x', 500))).toBe(unit);
  });

  it('closes an open question for a worker with a fact, and for none with words alone', () => {
    const open = addToUnit(
      emptyUnit,
      found([], { openQuestions: ['Who has the key?'] }),
      limits('x', 500),
    );
    expect(open.openQuestions).toEqual([{ id: 'q1', text: 'Who has the key?' }]);
    expect(
      addToUnit(open, found([], { answered: ['q1'] }), limits('x', 500)).openQuestions,
    ).toHaveLength(1);
    const closed = addToUnit(
      open,
      found([fact('Ada has it', 0)], { answered: ['q1'] }),
      limits('x', 500),
    );
    expect(closed.openQuestions).toEqual([]);
  });

  it('gives every part its share where nothing is asked', () => {
    const parts = [0, 1, 2].map(part =>
      found(
        Array.from({ length: 5 }, (_, n) => fact(`storm entry ${part}.${n}`, part * 1000 + n * 50)),
        { part },
      ),
    );
    const spread = limits('storm', 30, { isSpread: true });
    const unit = parts.reduce((sum, report) => addToUnit(sum, report, spread), emptyUnit);
    expect(new Set(unit.facts.map(({ part }) => part)).size).toBe(3);
  });

  it('says from when a fact holds and how sure it is', () => {
    expect(
      factLine({ id: 'f1', text: 'The code is 7.', certainty: 'unsure', asOf: 'May 2024' }),
    ).toBe('[f1] (as of May 2024, unsure) The code is 7.');
  });

  it('never goes over its budget, never invents, and counts all that it leaves out', () => {
    const anyReport = fc.record({
      facts: fc.array(
        fc.record({ text: fc.string({ minLength: 1, maxLength: 80 }), start: fc.nat(9000) }),
        {
          maxLength: 8,
        },
      ),
      openQuestions: fc.array(fc.string({ minLength: 1, maxLength: 40 }), { maxLength: 3 }),
    });
    const within = limits('red pump', 60);
    fc.assert(
      fc.property(fc.array(anyReport, { maxLength: 12 }), reports => {
        let unit = emptyUnit;
        for (const { facts, openQuestions } of reports)
          unit = addToUnit(
            unit,
            found(
              facts.map(({ text, start }) => fact(text, start)),
              { openQuestions },
            ),
            within,
          );
        const tokens = unit.facts.reduce((sum, each) => sum + within.count(factLine(each)), 0);
        expect(tokens).toBeLessThanOrEqual(within.maxTokens);
        expect(unit.facts.length + unit.dropped.forRoom).toBe(unit.numbered.facts);
        expect(unit.openQuestions.length).toBeLessThanOrEqual(5);
        expect(unit.facts.every(shown => unit.held.some(({ id }) => id === shown.id))).toBe(true);
      }),
    );
  });
});
