import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { patternByName } from '../src/entries/config.ts';
import { sentencesIn, sentencesOf } from './option-sentences.ts';
import { tables } from './option-tables.ts';

function said(value: unknown): string {
  if (typeof value === 'string') return `\`${value}\``;
  if (typeof value === 'number') return `(?:${value}|${value.toLocaleString('en-US')})\\b`;
  return JSON.stringify(value)
    .replaceAll(',', ', ')
    .replace(/[[\].]/g, '\\$&');
}

describe('the options of patterns', () => {
  it('have their sentences in the comments above their keys', () => {
    const source = `const a = {
  /** One. */
  first: 1,
  /**
   * Two, in
   * two lines.
   */
  second: { /* not this */ third: 3 },
};`;
    expect(sentencesIn(source)).toEqual({ first: 'One.', second: 'Two, in two lines.' });
  });

  it.each(Object.keys(patternByName))('of %s have a sentence each', pattern => {
    const sentences = sentencesOf(pattern);
    const keys = Object.keys(patternByName[pattern]!.options.shape);
    expect(keys.filter(key => (sentences[key]?.length ?? 0) < 10)).toEqual([]);
  });

  it.each(Object.keys(patternByName))('of %s say their defaults as they are', pattern => {
    const sentences = sentencesOf(pattern);
    const { shape } = patternByName[pattern]!.options;
    for (const [key, schema] of Object.entries(shape)) {
      if (!(schema instanceof z.ZodDefault)) continue;
      expect(sentences[key], key).toMatch(new RegExp(`Default: ${said(schema.def.defaultValue)}`));
    }
  });

  it('stand in the READMEs as `npm run option-tables` writes them', () => {
    expect(tables().length).toBeGreaterThan(4);
    for (const { path, text, now } of tables()) expect(text, path).toBe(now);
  });
});
