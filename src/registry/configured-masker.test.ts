import { describe, expect, it } from 'vitest';
import { checkConfig } from '../config/check-config.ts';
import { problemsIn } from '../config/check-names.ts';
import type { ConfiguredFinder } from '../config/schema.ts';
import { doubleOf, lastUserText } from '../testing/double.ts';
import { configuredMasker } from './configured-masker.ts';
import { patternByName } from './patterns.ts';
import { schemes } from './schemes.ts';

const local = doubleOf({ modelId: 'local' }, call => ({
  text: JSON.stringify({
    found: lastUserText(call).includes('Ada') ? [{ text: 'Ada Byron', kind: 'PERSON' }] : [],
  }),
}));

describe('the masker of a configuration', () => {
  it('finds by the detectors, by words and by a model of the configuration', async () => {
    const masker = configuredMasker({ words: ['Contoso'], finders: [{ model: 'local' }] }, name => {
      expect(name).toBe('local');
      return local;
    });
    const text = 'Ask Ada Byron of Contoso at ada@example.org.';
    const found = await masker.find(text);
    expect(new Set(found.map(({ start, end }) => text.slice(start, end)))).toEqual(
      new Set(['Ada Byron', 'Contoso', 'ada@example.org']),
    );
    expect(masker.timeoutMs).toBe(60_000);
  });

  it('finds English names by `names`', async () => {
    const masker = configuredMasker({ finders: ['names'] }, () => local);
    const text = 'Please call John Smith.';
    const [first] = await masker.find(text);
    expect(first && text.slice(first.start, first.end)).toBe('John Smith');
  });

  it('is as it was without finders', () => {
    expect(configuredMasker({}, () => local).timeoutMs).toBe(undefined);
  });

  it.each<readonly ConfiguredFinder[]>([
    ['names', { model: 'local' }],
    [{ presidio: 'http://127.0.0.1:5002', language: 'de', scoreThreshold: 0.4 }],
    [{ tags: 'http://localhost:8000/predict', entities: ['PER'] }],
  ])('takes finders as %j', (...finders) => {
    expect(() => checkConfig({ privacy: { finders } }, 'x')).not.toThrow();
  });

  it.each([
    ['name'],
    [{ model: '' }],
    [{ presidio: 'presidio' }],
    [{ tags: 'http://127.0.0.1:1', place: 'device' }],
    [{ tags: 'http://127.0.0.1:1', headers: { authorization: 'x' } }],
  ])('refuses %j', finder => {
    expect(() => checkConfig({ privacy: { finders: [finder] } }, 'x')).toThrow();
  });

  it('names a model that is not there', () => {
    const config = { models: { small: 'ollama:phi4-mini' } };
    const privacy = { finders: [{ model: 'smal' }] };
    const [problem] = problemsIn({ ...config, privacy }, { patternByName, schemes });
    expect(problem?.message).toContain('Did you mean "small"?');
  });
});
