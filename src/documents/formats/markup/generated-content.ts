import type { DefaultTreeAdapterTypes } from 'parse5';
import { numeral } from '../word/docx-numbering.ts';
import names from './element-names.json' with { type: 'json' };
import * as sheets from './style-sheets.ts';

type StyledElement = DefaultTreeAdapterTypes.Element;
/** Each counter's values, the innermost last, and how deep each was begun. */
type Counters = Map<string, { readonly depth: number; value: number }[]>;

/** Words that a style sheet sets before and after an element. */
export interface GeneratedWords {
  readonly before: string;
  readonly after: () => string;
  /** Whether what stands before it is counted, as the number of an item is. */
  readonly isCounted: boolean;
}

const numberings: Readonly<Record<string, string>> = names.numberings;

/**
 * Tells what the style sheets of a page write: words before or after an element, and numbers that
 * they count. It is asked of each element in the order of the page, and told when one is left.
 */
export function generatedIn(root: DefaultTreeAdapterTypes.ParentNode) {
  const rules = sheets
    .usualBlocksIn(root)
    .filter(({ body }) => /(?:content|counter-[a-z]+)\s*:/i.test(body))
    .flatMap(({ selectors, body }) => selectors.split(',').flatMap(each => ruleOf(each, body)));
  if (rules.length === 0) return undefined;
  const byKey = Map.groupBy(rules, ({ path }) => path.at(-1)!.at(-1)!);
  const counters: Counters = new Map();
  let depth = 0;
  const written = (element: StyledElement, place: string) => {
    const body = sheets
      .tokensOf(element)
      .flatMap(token => byKey.get(token) ?? [])
      .filter(rule => rule.place === place && sheets.matches(element, rule.path))
      .sort((a, b) => sheets.weightOf(a.path) - sheets.weightOf(b.path))
      .map(rule => rule.body)
      .join(';');
    for (const [, name, by = 0] of declaredAs(body, 'counter-reset').matchAll(counted)) {
      const open = counters.get(name!)?.filter(each => each.depth < depth) ?? [];
      counters.set(name!, [...open, { depth, value: Number(by) }]);
    }
    for (const [, name, by = 1] of declaredAs(body, 'counter-increment').matchAll(counted)) {
      if (!counters.get(name!)?.length) counters.set(name!, [{ depth: 0, value: 0 }]);
      counters.get(name!)!.at(-1)!.value += Number(by);
    }
    const content = declaredAs(body, 'content');
    return { words: wordsOf(content, element, counters), isCounted: content.includes('counter') };
  };
  return {
    enter(element: StyledElement): GeneratedWords {
      depth++;
      written(element, '');
      const { words, isCounted } = written(element, 'before');
      return { before: words, isCounted, after: () => written(element, 'after').words };
    },
    leave(): void {
      for (const [name, open] of counters) {
        const left = open.filter(each => each.depth <= depth);
        counters.set(name, left);
      }
      depth--;
    },
  };
}

function ruleOf(selector: string, body: string) {
  const [own = '', place = ''] = selector.trim().split(/::?(?=(?:before|after)$)/i);
  const rule = { path: sheets.pathOf(own), place: place.toLowerCase(), body };
  return sheets.isPlainSelector(own) ? [rule] : [];
}

function declaredAs(body: string, name: string): string {
  const found = body.matchAll(new RegExp(String.raw`(?:^|[;\s])${name}\s*:\s*([^;]+)`, 'gi'));
  return [...found].at(-1)?.[1] ?? '';
}

const counted = /(?!none)([a-z_][\w-]*)(?:\s+(-?\d+))?/gi;
const longestContent = 1000;
const part = new RegExp(
  String.raw`"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'` +
    String.raw`|(counters?|attr)\(\s*([\w-]+)(?:[\s,]*["'](.*?)["'])?[\s,]*([\w-]*)`,
  'g',
);

function wordsOf(content: string, { attrs }: StyledElement, counters: Counters): string {
  const words = [...content.slice(0, longestContent).matchAll(part)].map(
    ([, one, other, kind, name, joint, style]) => {
      if (!kind) return unescaped(one ?? other ?? '');
      if (kind === 'attr') return attrs.find(each => each.name === name)?.value;
      const open = counters.get(name!) ?? [];
      const format = numberings[style!] ?? 'decimal';
      const said = open.map(({ value }) => numeral(value, format));
      return kind === 'counter' ? said.at(-1) : said.join(joint);
    },
  );
  // Signs of fonts that draw pictures say nothing.
  return words.join('').replace(/[\ue000-\uf8ff]/g, '');
}

function unescaped(text: string): string {
  return text.replace(/\\(?:([\da-f]{1,6})\s?|(.))/gis, (_, code, sign) =>
    code ? String.fromCodePoint(Math.min(0x10ffff, Number.parseInt(code, 16))) : sign,
  );
}
