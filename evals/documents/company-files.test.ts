import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/testing/index.ts';
import { companyFiling } from './company-filing.ts';
import { patientFile } from './patient-file.ts';

describe.each([
  ['company filing', companyFiling],
  ['patient file', patientFile],
] as const)('the %s', (_kind, make) => {
  const document = make({ tokens: 30_000, random: seededRandom(3) });

  it('has its length, and is the same for the same seed', () => {
    expect(Math.abs(document.text.length / 4 - 30_000)).toBeLessThan(3000);
    expect(make({ tokens: 30_000, random: seededRandom(3) })).toEqual(document);
    expect(make({ tokens: 30_000, random: seededRandom(4) }).text).not.toBe(document.text);
  });

  it('holds its evidence at its offsets, each in words that occur once', () => {
    expect(document.questions.length).toBeGreaterThan(4);
    for (const { evidence } of document.questions) {
      for (const { start, end } of evidence) {
        const words = document.text.slice(start, end);
        expect(words.trim()).toBe(words);
        expect(document.text.split(words)).toHaveLength(2);
      }
    }
  });

  it('has pages', () => {
    expect(document.text.split('\f').length).toBeGreaterThan(8);
  });
});

describe('the company filing', () => {
  const { text, questions } = companyFiling({ tokens: 30_000, random: seededRandom(5) });

  it('says the answer of a lookup in its evidence, and the traps elsewhere', () => {
    for (const { answer, traps, evidence } of questions.filter(({ type }) => type === 'lookup')) {
      const words = text.slice(evidence[0]!.start, evidence[0]!.end);
      expect(words).toContain(answer);
      for (const trap of traps) {
        expect(words).not.toContain(trap);
        expect(text).toContain(trap);
      }
    }
  });

  it('makes a million tokens', () => {
    const large = companyFiling({ tokens: 1_000_000, random: seededRandom(1) });
    expect(large.text.length / 4).toBeGreaterThan(960_000);
  });
});
