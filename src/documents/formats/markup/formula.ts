import { offLine } from './raised.ts';
import { attributeOf, childOf, elementsOf, wordsOf, type XmlElement } from './xml-tree.ts';

type FormulaWriting = (parts: readonly string[]) => string;

const scripts: FormulaWriting = ([base = '', low = '', high = '']) =>
  `${base}${offLine(low, 'lowered')}${offLine(high, 'raised')}`;
const lowered: FormulaWriting = ([base = '', low = '']) => scripts([base, low]);
const raised: FormulaWriting = ([base = '', high = '']) => scripts([base, '', high]);
const nothing: FormulaWriting = () => '';

const writings: Readonly<Record<string, FormulaWriting>> = {
  mfrac: ([above = '', below = '']) => `(${above})/(${below})`,
  msup: raised,
  mover: raised,
  msub: lowered,
  munder: lowered,
  msubsup: scripts,
  munderover: scripts,
  msqrt: parts => `√(${parts.join('')})`,
  mroot: ([base = '', index = '']) => `${offLine(index, 'raised')}√(${base})`,
  mfenced: parts => `(${parts.join(', ')})`,
  mtable: parts => parts.join('; '),
  mtr: parts => parts.join(', '),
  mspace: () => ' ',
  semantics: ([first = '']) => first,
  annotation: nothing,
  'annotation-xml': nothing,
  mphantom: nothing,
};

/**
 * Writes an element of MathML on one line, from what its parts say, or its words where it has none:
 * what is raised, lowered and divided is marked as such.
 */
export function formulaText(name: string, parts: readonly string[], words = ''): string {
  if (Object.hasOwn(writings, name)) return writings[name]!(parts.length > 0 ? parts : [words]);
  return parts.length > 0 ? parts.join('') : words.trim();
}

/** Writes a formula of MathML on one line. */
export function mathText(element: XmlElement): string {
  return formulaText(element.name, elementsOf(element).map(mathText), wordsOf(element));
}

/** Writes a formula as Office files keep them on one line. */
export function officeFormula(element: XmlElement): string {
  const { name } = element;
  if (name === 't') return wordsOf(element);
  if (Object.hasOwn(officeParts, name)) {
    const [as, ...from] = officeParts[name]!;
    return formulaText(
      as!,
      from.map(part => partsOf(element, part).join('')),
    );
  }
  if (name === 'rad') {
    const [base, index] = ['e', 'deg'].map(part => partsOf(element, part).join(''));
    return index ? formulaText('mroot', [base!, index]) : formulaText('msqrt', [base!]);
  }
  const said = (sign: string, usual: string) => signOf(element, sign) ?? usual;
  if (name === 'nary') {
    const [low, high, base] = ['sub', 'sup', 'e'].map(part => partsOf(element, part).join(''));
    return `${scripts([said('chr', '∫'), low!, high!])}${base}`;
  }
  if (name === 'd') {
    const inner = partsOf(element, 'e').join(said('sepChr', '|'));
    return `${said('begChr', '(')}${inner}${said('endChr', ')')}`;
  }
  const parts = elementsOf(element).map(officeFormula);
  if (name === 'm' || name === 'eqArr') return parts.filter(part => part !== '').join('; ');
  return parts.join(name === 'mr' ? ', ' : '');
}

const officeParts: Readonly<Record<string, readonly string[]>> = {
  f: ['mfrac', 'num', 'den'],
  sSup: ['msup', 'e', 'sup'],
  sSub: ['msub', 'e', 'sub'],
  sSubSup: ['msubsup', 'e', 'sub', 'sup'],
  limLow: ['munder', 'e', 'lim'],
  limUpp: ['mover', 'e', 'lim'],
};

function partsOf(element: XmlElement, name: string): string[] {
  return elementsOf(element, name).map(officeFormula);
}

function signOf(element: XmlElement, name: string): string | undefined {
  const properties = childOf(element, `${element.name}Pr`);
  const sign = properties && childOf(properties, name);
  return sign && (attributeOf(sign, 'val') ?? '');
}
