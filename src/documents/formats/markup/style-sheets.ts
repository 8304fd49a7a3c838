import type { DefaultTreeAdapterTypes } from 'parse5';

type PageElement = DefaultTreeAdapterTypes.Element;

/**
 * How the style sheets of a page show an element: `none` if nobody can see it, `flex` or `grid 3`
 * if its parts stand beside each other in so many columns.
 */
export type DisplayOf = (element: PageElement) => string | undefined;

interface StyledAs {
  readonly property: 'display' | 'place' | 'columns';
  readonly display: string;
  readonly weight: number;
}

interface StyleRule extends StyledAs {
  /** Tags, classes and ids of the element and, before it, of what it stands in. */
  readonly path: readonly (readonly string[])[];
}

const longestSheet = 400_000;
const mostRules = 4000;
const mostSteps = 60;
const mostCompared = 2_000_000;

/**
 * Reads the style sheets that stand in a page: what they hide for good, and what they lay out as
 * rows and cells. What another rule or a script of the page can show again, such as a tab or an
 * answer that folds out, is not hidden for good.
 */
export function displaysIn(root: DefaultTreeAdapterTypes.ParentNode): DisplayOf {
  const { sheets, scripts, isScripted } = sourcesIn(root);
  const { rules, states } = rulesIn(sheets.slice(0, longestSheet), isScripted || scripts !== '');
  const byKey = Map.groupBy(rules, ({ path }) => path.at(-1)!.at(-1)!);
  const opensAny = /\.style\.|classList|\.hidden\b|[tT]oggle|\.show\(|\.css\(/.test(scripts);
  const isOpened = (token: string) =>
    states.has(token) ||
    (token.startsWith('[') && (isScripted || scripts !== '')) ||
    (/^[.#]/.test(token) && (opensAny || (isScripted && folded.test(token))));
  // Of a page whose sheets are out of all measure, what comes late is read as it stands.
  let left = mostCompared;
  return element => {
    // What a script shows when all is there is read too.
    if (left < 0 || /^(?:html|body|main)$/.test(element.tagName)) return undefined;
    const sought = tokensOf(element).flatMap(token => byKey.get(token) ?? []);
    left -= sought.length;
    const found: (StyledAs | StyleRule)[] = sought.filter(({ path }) => matches(element, path));
    found.push(...declared(attributeOf(element, 'style'), 1e6));
    const shown = shownAs(found, isOpened);
    return rules.length > 0 || /flex|grid/.test(shown ?? '') ? shown : undefined;
  };
}

// Its classes and ids, or the tag where it has none.
function namesIn(step: readonly string[]): readonly string[] {
  const names = step.filter(token => /^[.#[]/.test(token));
  return names.length > 0 ? names : step;
}

function shownAs(
  found: readonly (StyledAs | StyleRule)[],
  isOpened: (token: string) => boolean,
): string | undefined {
  const sorted = found.toSorted((a, b) => a.weight - b.weight);
  const [display, place, columns] = (['display', 'place', 'columns'] as const).map(property =>
    sorted.findLast(each => each.property === property),
  );
  const isGone = [display, place].some(
    each =>
      each?.display === 'none' &&
      !namesIn((each as Partial<StyleRule>).path?.at(-1) ?? []).some(isOpened),
  );
  if (isGone) return 'none';
  const isBeside =
    /flex|grid/.test(display?.display ?? '') || /^(?:at|placed)/.test(columns?.display ?? '');
  const shown = display?.display === 'none' ? '' : (display?.display ?? '');
  return `${shown} ${isBeside ? (columns?.display ?? '') : ''}`.trim() || undefined;
}

// What scripts from elsewhere open, by what it is usually called.
const folded =
  /tab|pan|collaps|accord|toggl|drop|fold|answer|faq|more|detail|content|step|slide|frag/i;

function sourcesIn(root: DefaultTreeAdapterTypes.ParentNode) {
  const sources = { sheets: '', scripts: '', isScripted: false };
  const open: DefaultTreeAdapterTypes.ParentNode[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    const { nodeName, childNodes } = node;
    if (nodeName === 'noscript') continue;
    if (nodeName === 'style') sources.sheets = `${sheetIn(node)}\n${sources.sheets}`;
    if (nodeName === 'script') {
      sources.scripts += wordsIn(node);
      sources.isScripted ||= wordsIn(node).trim() === '';
    }
    for (const child of childNodes) if ('childNodes' in child) open.push(child);
  }
  return sources;
}

function wordsIn({ childNodes }: DefaultTreeAdapterTypes.ParentNode): string {
  return childNodes.map(each => ('value' in each ? each.value : '')).join('');
}

function sheetIn(node: DefaultTreeAdapterTypes.ParentNode): string {
  const media = 'attrs' in node ? attributeOf(node, 'media') : undefined;
  return media ? `@media ${media}{${wordsIn(node)}}` : wordsIn(node);
}

function* blocksIn(sheet: string) {
  const [first = '', ...rest] = sheet.replace(/<!--|-->/g, ' ').split('/*');
  const text = [first, ...rest.map(part => part.slice(part.indexOf('*/') + 2))].join(' ');
  // Whether what is open holds on a screen of usual width.
  const usual: boolean[] = [];
  let at = 0;
  for (const { index, 0: sign } of text.matchAll(/[{};]/g)) {
    if (index < at) continue;
    const prelude = text.slice(at, index).trim();
    at = index + 1;
    if (sign === '}') usual.pop();
    if (sign !== '{') continue;
    if (/^@(?:media|supports|layer|container|.*keyframes)\b/i.test(prelude))
      usual.push(!unusual.test(prelude));
    else {
      const close = text.indexOf('}', at);
      const end = close < 0 ? text.length : close;
      yield { selectors: prelude, body: text.slice(at, end), isUsual: usual.every(Boolean) };
      at = end + 1;
    }
  }
}

const unusual = /print|max-(?:device-)?width|\bspeech\b|prefers-|portrait|keyframes/i;

interface ReadRules {
  readonly rules: StyleRule[];
  /** What stands in the last step of a selector that shows something in some state. */
  readonly states: Set<string>;
}

function rulesIn(sheet: string, mayMove: boolean): ReadRules {
  const read: ReadRules = { rules: [], states: new Set() };
  for (const { selectors, body, isUsual } of blocksIn(sheet)) {
    const shown = selectors.startsWith('@') ? [] : declared(body, 0, mayMove);
    if (shown.length > 0)
      for (const selector of selectors.split(',').slice(0, mostSteps))
        addRules(read, shown, { selector, isUsual });
    if (read.rules.length >= mostRules) break;
  }
  return read;
}

/** What holds on a screen of usual width, of the style sheets that stand in a page. */
export function usualBlocksIn(root: DefaultTreeAdapterTypes.ParentNode) {
  const { sheets } = sourcesIn(root);
  return [...blocksIn(sheets.slice(0, longestSheet))]
    .filter(({ isUsual }) => isUsual)
    .slice(0, mostRules);
}

/** Whether a selector asks for tags, classes, ids and places among others alone. */
export function isPlainSelector(selector: string): boolean {
  return stepsOf(selector).every(step => plain.test(step));
}

/** The steps of a selector, each as the tokens that it asks for. */
export function pathOf(selector: string): string[][] {
  return stepsOf(selector).map(step => {
    const tokens = step
      .replace(/["']/g, '')
      .match(/[>+*]|:[\w-]+(?:\(.*\))?|\[[\w=-]+\]|[.#]?[\w-]+/g) ?? [''];
    const further = tokens.filter(token => /^[:[]/.test(token));
    const own = tokens.filter(token => !further.includes(token));
    return [...further, ...(own.length > 0 ? own : ['*'])];
  });
}

function stepsOf(selector: string): string[] {
  const apart = selector
    .slice(0, 400)
    .replace(/\\./g, '_')
    .replace(/\s(?=[^()]{0,99}\))/g, '')
    .replace(/[>+](?![^()]{0,99}\))/g, ' $& ');
  return apart.trim().split(/\s+/);
}

const place =
  String.raw`:(?:not\(:)?(first|last|nth|nth-last)` +
  String.raw`-(child|of-type)(?:\(([\dn+-]+|odd|even)\))?\)?`;
const plain = new RegExp(
  String.raw`^(?:[>+]|[a-z.#*[][\w=\"'\]-]*(?:[.#[][\w=\"'\]-]+)*(?:${place})?)$`,
  'i',
);
const placed = new RegExp(place, 'i');

function addRules(
  { rules, states }: ReadRules,
  shown: readonly StyledAs[],
  { selector, isUsual }: { readonly selector: string; readonly isUsual: boolean },
): void {
  const path = pathOf(selector);
  const isPlain = isUsual && isPlainSelector(selector);
  const last = path.at(-1)!;
  const names = namesIn(last);
  const isState = !isPlain || names.length > 1 || selector.includes(':');
  for (const { property, display, weight } of shown) {
    if (display !== 'none' && property !== 'columns' && isState)
      for (const token of names) states.add(token);
    // What shows some of a tag shows it again.
    if (display !== 'none' && property === 'display' && names[0] !== last[0]) states.add(last[0]!);
    // Of two that weigh the same, the later one holds.
    const order = weight + weightOf(path) + rules.length / 1e5;
    if (isPlain) rules.push({ path, property, display, weight: order });
  }
}

/** How much a selector weighs against others. */
export function weightOf(path: StyleRule['path']): number {
  const weights = path
    .flat()
    .map(token => (token.startsWith('#') ? 10_000 : /^[.:[]/.test(token) ? 100 : 1));
  return weights.reduce((sum, each) => sum + each, 0);
}

function declared(body = '', base: number, mayMove = true): StyledAs[] {
  const found = body.split(';').flatMap((each): StyledAs[] => {
    const [name = '', said = ''] = each.trim().split(/\s?:/, 2);
    const [value = '', important] = said.split('!');
    const [, property, display] = meanings.find(([names]) => names.test(name)) ?? [];
    if (!property) return [];
    return [{ property, display: display!(value.trim()), weight: base + (important ? 1e7 : 0) }];
  });
  const isGone = isUnseen(body, mayMove);
  if (
    isGone ||
    /(?:left|indent|clip|clip-path|height|width|opacity|position|transform)\s*:/i.test(body)
  )
    found.push({ property: 'place', display: isGone ? 'none' : '', weight: base });
  return found;
}

const meanings: readonly [RegExp, StyledAs['property'], (value: string) => string][] = [
  [
    /^(?:display|visibility)$/i,
    'display',
    value => (/^(?:hidden|collapse)$/i.test(value) ? 'none' : value.toLowerCase()),
  ],
  [/^flex-(?:direction|flow)$/i, 'columns', value => (/column/.test(value) ? '1' : '')],
  [/^grid-column(?:-start)?$/i, 'columns', value => (/^\d$/.test(value) ? `at${value}` : 'placed')],
  [/^grid-template(?:-columns)?$/i, 'columns', columnsIn],
  [/^(?:order|grid-(?:column|row|area).*)$/i, 'columns', () => 'placed'],
];

// How many columns a grid has, or 1 where that depends.
function columnsIn(value: string): string {
  const each = value
    .slice(value.indexOf('/') + 1)
    .slice(0, 400)
    .replace(/minmax\([^()]{0,99}\)/g, '1fr')
    .replace(/repeat\(\s?(\d)\s?,([^()]{0,99})\)/g, (_, count, columns: string) =>
      columns.trim().concat(' ').repeat(Number(count)),
    );
  const widths = each.replace(/\([^()]{0,99}\)|\[[^\]]{0,99}\]/g, '').trim();
  return /auto-fi|none|subgrid|inherit/.test(each) ? '1' : `${widths.split(/\s+/).length}`;
}

// Who moves words away does it by a round number; a row of slides stands anywhere.
const unseen = new RegExp(
  String.raw`(?:left|top|right|text-indent)\s*:\s*-` +
    String.raw`(?:(?:9{3,6}|[1-9]0{3,5})px|\d{3,6}(?:r?em|%|vw))` +
    String.raw`|\bclip\s*:\s*rect\(\s*[01](?:px)?(?:[\s,]+[01](?:px)?){3}\s*\)` +
    String.raw`|clip-path\s*:\s*(?:inset\(\s*(?:50|100)%|circle\(0)` +
    String.raw`|translate[XY]?\(-9{3,6}px`,
  'i',
);
const closed = /(?:opacity|transform)\s*:\s*(?:0|scale\(0\))\s*(?:;|$|!)/i;
const flat = /(?:^|[;\s])(?:max-)?height\s*:\s*[01](?:px)?\s*(?:;|$|!)/i;

/** Whether a style moves words off the page, cuts them off or leaves them no room. */
export function isUnseen(style: string, mayMove = false): boolean {
  if (unseen.test(style) || mayMove) return unseen.test(style);
  return (
    closed.test(style) ||
    (flat.test(style) &&
      !/transition|padding/i.test(style) &&
      /overflow(?:-y)?\s*:\s*hidden/i.test(style))
  );
}

function attributeOf({ attrs }: PageElement, name: string): string | undefined {
  return attrs.find(each => each.name === name)?.value;
}

/** The tag, classes and id of an element, as selectors ask for them. */
export function tokensOf(element: PageElement): string[] {
  const classes = attributeOf(element, 'class')?.split(/\s+/) ?? [];
  const id = attributeOf(element, 'id');
  const names = classes.map(name => `.${name.replace(/[!-,./:-@[-^{-~]/g, '_')}`);
  return ['*', element.tagName, ...names, ...(id ? [`#${id}`] : [])];
}

/** Whether an element is what the steps of a selector ask for. */
export function matches(element: PageElement, path: StyleRule['path']): boolean {
  let left = path.length;
  let isNext = true;
  let above: PageElement['parentNode'] | undefined = element;
  for (let step = 0; left > 0 && step < mostSteps && above && 'tagName' in above; step++) {
    const tokens = tokensOf(above);
    const own: PageElement = above;
    above = own.parentNode;
    if (path[left - 1]!.every(token => tokens.includes(token) || isPlaced(own, token))) {
      left--;
      const joint = path[left - 1]?.[0];
      isNext = joint === '>' || joint === '+';
      if (isNext) left--;
      if (joint === '+') above = placesOf(own).before;
    } else if (isNext) return false;
  }
  return left === 0;
}

interface ElementPlaces {
  readonly before: PageElement | undefined;
  /** Places from the first and from the last, among all and among those of its name. */
  readonly child: readonly [number, number];
  readonly 'of-type': readonly [number, number];
}

const known = new WeakMap<PageElement, ElementPlaces>();

function placesOf(element: PageElement): ElementPlaces {
  if (!known.has(element)) {
    const all = (element.parentNode?.childNodes ?? [element]).filter(each => 'tagName' in each);
    const byName = Map.groupBy(all, ({ tagName }) => tagName);
    const seen = new Map<string, number>();
    for (const [at, each] of all.entries()) {
      const own = (seen.get(each.tagName) ?? 0) + 1;
      seen.set(each.tagName, own);
      known.set(each, {
        before: all[at - 1],
        child: [at + 1, all.length - at],
        'of-type': [own, byName.get(each.tagName)!.length - own + 1],
      });
    }
  }
  return known.get(element)!;
}

function isPlaced(element: PageElement, token: string): boolean {
  if (token.startsWith('[')) {
    const [name = '', value] = token.slice(1, -1).split('=');
    const own = attributeOf(element, name);
    return own !== undefined && (value === undefined || own === value);
  }
  const [, from = '', among = '', said = ''] = placed.exec(token.toLowerCase()) ?? [];
  if (from === '') return false;
  const [first, last] = placesOf(element)[among as 'child' | 'of-type'];
  const asked = { odd: '2n+1', even: '2n', '': '1' }[said] ?? said;
  const [, step, more] = /^(?:([+-]?\d*)n)?([+-]?\d+)?$/.exec(asked) ?? [];
  const each = Number(step === undefined ? 0 : /\d/.test(step) ? step : `${step}1`);
  const off = (from.includes('last') ? last : first) - Number(more ?? 0);
  const isThere = each === 0 ? off === 0 : off / each >= 0 && off % each === 0;
  return isThere !== token.startsWith(':not');
}
