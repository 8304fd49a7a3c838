import { expect, it } from 'vitest';
import { fragmentsOf } from './fragments.ts';

it('spells ligatures out that a font keeps where Unicode agrees upon nothing', () => {
  const item = { str: '\uf001ne \uf002ow', transform: [12, 0, 0, 12, 0, 0], width: 40, height: 12 };
  expect(fragmentsOf([item]).map(({ text }) => text)).toEqual(['fine flow']);
});
