import type { DefaultTreeAdapterTypes } from 'parse5';

type PageElement = DefaultTreeAdapterTypes.Element;

/** How the style sheets of a page show an element; `none` if nobody can see it. */
export type DisplayOf = (element: PageElement) => string | undefined;

interface StyledAs {
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
export function displaysIn(root: DefaultTreeAdapterTypes.ParentNode): DisplayOf | undefined {
  const { sheets, scripts, isScripted } = sourcesIn(root);
  const { rules, states } = rulesIn(sheets.slice(0, longestSheet));
  if (rules.length === 0) return undefined;
  const byKey = Map.groupBy(rules, ({ path }) => path.at(-1)!.at(-1)!);
  const opensAny = /\.style\.|classList|\.hidden\b|[tT]oggle|\.show\(|\.css\(/.test(scripts);
  const isOpened = (token: string) =>
    states.has(token) || (/^[.#]/.test(token) && (opensAny || (isScripted && folded.test(token))));
  // Of a page whose sheets are out of all measure, what comes late is read as it stands.
  let left = mostCompared;
  return element => {
    if (left < 0) return undefined;
    // What a script shows when all is there.
    if (/^(?:html|body|main)$/.test(element.tagName)) return undefined;
    const tokens = tokensOf(element);
    const sought = tokens.flatMap(token => byKey.get(token) ?? []);
    left -= sought.length;
    const found: (StyledAs | StyleRule)[] = sought.filter(({ path }) => matches(element, path));
    found.push(...declared(attributeOf(element, 'style'), 1e6));
    const won = found.sort((a, b) => a.weight - b.weight).at(-1);
    const isFolded = won && 'path' in won && won.path.at(-1)!.some(isOpened);
    return won?.display === 'none' && isFolded ? undefined : won?.display;
  };
}

// What scripts from elsewhere open, by what it is usually called.
const folded = /tab|pan|collaps|accord|toggl|drop|fold|answer|faq|more|detail|content|step|slide/i;

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

function rulesIn(sheet: string): ReadRules {
  const read: ReadRules = { rules: [], states: new Set() };
  for (const { selectors, body, isUsual } of blocksIn(sheet)) {
    const shown = selectors.startsWith('@') ? [] : declared(body, 0);
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

/** Whether a selector asks for tags, classes and ids alone. */
export function isPlainSelector(selector: string): boolean {
  return stepsOf(selector).every(step => plain.test(step));
}

/** The steps of a selector, each as the tokens that it asks for. */
export function pathOf(selector: string): string[][] {
  return stepsOf(selector).map(step => step.match(/>|[.#]?[\w-]+/g) ?? ['']);
}

function stepsOf(selector: string): string[] {
  return selector.replaceAll('>', ' > ').trim().split(/\s+/);
}

const plain = /^(?:>|[a-z.#][\w-]*(?:[.#][\w-]+)*)$/i;

function addRules(
  { rules, states }: ReadRules,
  shown: readonly StyledAs[],
  { selector, isUsual }: { readonly selector: string; readonly isUsual: boolean },
): void {
  const path = pathOf(selector);
  const isPlain = isUsual && isPlainSelector(selector);
  const last = path.at(-1)!;
  const names = last.filter(token => /^[.#]/.test(token));
  for (const { display, weight } of shown) {
    if (display !== 'none' && (!isPlain || names.length > 1))
      for (const token of names.length > 0 ? names : last) states.add(token);
    // Of two that weigh the same, the later one holds.
    const place = weight + weightOf(path) + rules.length / 1e5;
    if (isPlain) rules.push({ path, display, weight: place });
  }
}

/** How much a selector weighs against others. */
export function weightOf(path: StyleRule['path']): number {
  const weights = path
    .flat()
    .map(token => (token.startsWith('#') ? 10_000 : token.startsWith('.') ? 100 : 1));
  return weights.reduce((sum, each) => sum + each, 0);
}

function declared(body = '', base: number): StyledAs[] {
  return body.split(';').flatMap(each => {
    const [, value = '', important] =
      /^(?:display|visibility)\s*:\s*([\w-]{1,30})\s*(!\s*important)?$/i.exec(each.trim()) ?? [];
    const display = /^(?:hidden|collapse)$/i.test(value) ? 'none' : value.toLowerCase();
    return display === '' ? [] : [{ display, weight: base + (important ? 1e7 : 0) }];
  });
}

function attributeOf({ attrs }: PageElement, name: string): string | undefined {
  return attrs.find(each => each.name === name)?.value;
}

/** The tag, classes and id of an element, as selectors ask for them. */
export function tokensOf(element: PageElement): string[] {
  const classes = attributeOf(element, 'class')?.split(/\s+/) ?? [];
  const id = attributeOf(element, 'id');
  return [element.tagName, ...classes.map(name => `.${name}`), ...(id ? [`#${id}`] : [])];
}

/** Whether an element is what the steps of a selector ask for. */
export function matches(element: PageElement, path: StyleRule['path']): boolean {
  let left = path.length;
  let isNext = true;
  let above: PageElement['parentNode'] = element;
  for (let step = 0; left > 0 && step < mostSteps && above && 'tagName' in above; step++) {
    const tokens = tokensOf(above);
    if (path[left - 1]!.every(token => tokens.includes(token))) {
      left--;
      isNext = path[left - 1]?.[0] === '>';
      if (isNext) left--;
    } else if (isNext) return false;
    above = above.parentNode;
  }
  return left === 0;
}
