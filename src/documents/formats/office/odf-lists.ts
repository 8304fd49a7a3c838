import { attributeOf, type XmlElement } from '../markup/xml-tree.ts';
import { numeral } from '../word/docx-numbering.ts';

/** Stands for an element that is not there. */
export const none: XmlElement = { name: '', attributes: {}, children: [] };

const numberings: Readonly<Record<string, string>> = {
  a: 'lowerLetter',
  A: 'upperLetter',
  i: 'lowerRoman',
  I: 'upperRoman',
};

/**
 * Writes the number of an item or heading, with those of the levels above that show with it; empty
 * for one without. Some say of a list that it is numbered, and no more.
 */
export function itemMark(levels: readonly XmlElement[], counts: readonly number[]): string {
  const levelAt = (at: number) =>
    levels.find(each => attributeOf(each, 'level') === String(at + 1)) ?? levels[0] ?? none;
  const formatOf = (at: number) => {
    const usual = levelAt(at).name === 'list-level-style-number' ? '1' : '';
    return attributeOf(levelAt(at), 'num-format') ?? usual;
  };
  const last = counts.length - 1;
  if (formatOf(last) === '') return '';
  const own = levelAt(last);
  const shown = Number(attributeOf(own, 'display-levels') ?? '1') || 1;
  const numbers = counts.flatMap((count, at) => {
    const isShown = at > last - shown && formatOf(at) !== '';
    return isShown ? [numeral(count, numberings[formatOf(at)] ?? 'decimal')] : [];
  });
  const usual = attributeOf(own, 'num-format') === undefined ? '.' : '';
  const [before = '', after = usual] = ['prefix', 'suffix'].map(side =>
    attributeOf(own, `num-${side}`),
  );
  return `${before}${numbers.join('.')}${after} `.trimStart();
}
