import { backends } from '../backends/backends.ts';
import { noneScheme } from '../backends/none.ts';
import { extractiveScheme } from '../documents/extractive.ts';
import type { Scheme } from '../model/spec.ts';
import { tinyScheme } from '../testing/tiny/tiny-scheme.ts';

/** Every backend scheme. */
export const schemes: readonly Scheme[] = [
  ...backends.map(({ scheme }) => scheme),
  extractiveScheme,
  tinyScheme,
  noneScheme,
];
