import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/testing/index.ts';
import { orderedKinds } from './ordered-kinds.ts';

describe('generated documents', () => {
  const made = orderedKinds.map(
    make => [make({ tokens: 5000, random: seededRandom(3) }), make] as const,
  );

  it.each(made.map(([document, make]) => [document.kind, document, make] as const))(
    '%s: has its length, its truth in its words, and is the same for the same seed',
    (_kind, document, make) => {
      const { text, questions } = document;
      expect(Math.abs(text.length / 4 - 5000)).toBeLessThan(250);
      expect(questions.length).toBeGreaterThan(0);
      for (const { answer, evidence } of questions) {
        const words = evidence.map(({ start, end }) => text.slice(start, end));
        for (const part of answer.split(', ')) expect(words.join('\n')).toContain(part);
        for (const said of words) expect(said).not.toContain('\n');
      }
      expect(make({ tokens: 5000, random: seededRandom(3) })).toEqual(document);
      expect(make({ tokens: 5000, random: seededRandom(4) }).text).not.toBe(text);
    },
  );

  it('puts the cause of an incident in the first entry and the false lead in the last', () => {
    const { text, questions } = made[0]![0];
    expect(text.startsWith('06:00:04 deploy change')).toBe(true);
    expect(text.split('\n').at(-1)).toContain(questions[0]!.traps[0]);
  });

  it('places bridges forward, in reverse or anywhere', () => {
    const bridge = (name: string) =>
      made.find(([{ kind }]) => kind === name)![0].questions[0]!.evidence;
    const forward = bridge('bridge of 2, forward');
    const reverse = bridge('bridge of 2, reverse');
    expect(forward[0]!.start).toBeLessThan(forward[1]!.start);
    expect(reverse[0]!.start).toBeGreaterThan(reverse[1]!.start);
  });

  it('makes a million tokens', () => {
    expect(
      orderedKinds[0]!({ tokens: 1_000_000, random: seededRandom(1) }).text.length / 4,
    ).toBeGreaterThan(990_000);
  });
});
