import type { DefaultTreeAdapterTypes } from 'parse5';

type PageElement = DefaultTreeAdapterTypes.Element;
type PageNode = DefaultTreeAdapterTypes.ChildNode | DefaultTreeAdapterTypes.ParentNode;

/** What one selector asks of an element, and of those around it. */
interface SimpleSelector {
  readonly tag: string;
  readonly names: readonly string[];
  /** Whether it must be the parent of the one after it, and not only stand above it. */
  readonly isParent: boolean;
}

interface StyleRule {
  readonly path: readonly SimpleSelector[];
  readonly display: string;
  readonly weight: number;
}

/** What the style sheets of a page say of how its elements are shown. */
export interface PageStyles {
  /** How an element is shown, such as `table-row`; `none` if nobody can see it. */
  displayOf(element: PageElement): string | undefined;
}

const longestSheet = 400_000;
const mostRules = 4000;
const mostSteps = 60;

/**
 * Reads the style sheets that stand in a page: what they hide for good, and what they lay out as
 * rows and cells. What another rule or a script of the page can show again, such as a tab or an
 * answer that folds out, is not hidden for good.
 */
export function stylesOf(root: PageNode): PageStyles | undefined {
  const { sheets, scripts, isScripted } = sourcesIn(root);
  if (sheets === '') return undefined;
  const { rules, shown } = rulesIn(sheets.slice(0, longestSheet));
  if (rules.length === 0) return undefined;
  const byKey = Map.groupBy(rules, ({ path }) => keyOf(path.at(-1)!));
  const opensAny = /\.style\.|classList|\.hidden\b|[tT]oggle|\.show\(|\.css\(/.test(scripts);
  const isOpened = (names: readonly string[]) =>
    names.some(name => shown.has(name)) ||
    (names.length > 0 && opensAny) ||
    (isScripted && names.some(name => folded.test(name)));
  return {
    displayOf(element) {
      const names = namesOf(element);
      const keys = [...names, element.tagName, '*'];
      const found = keys
        .flatMap(key => byKey.get(key) ?? [])
        .filter(({ path }) => matches(element, names, path));
      const own = declared(attributeOf(element, 'style'), 1e6);
      const winner = [...found, ...own].reduce<(typeof own)[number] | StyleRule | undefined>(
        (best, next) => (best === undefined || next.weight >= best.weight ? next : best),
        undefined,
      );
      if (winner?.display !== 'none') return winner?.display;
      const by = 'path' in winner ? (winner as StyleRule).path.at(-1)! : undefined;
      return by && isOpened(by.names.length > 0 ? by.names : [by.tag]) ? undefined : 'none';
    },
  };
}

// What scripts from elsewhere open, by what it is usually called.
const folded = /tab|pan|collaps|accord|toggl|drop|fold|answer|faq|more|detail|content|step|slide/i;

function sourcesIn(root: PageNode) {
  const sources = { sheets: '', scripts: '', isScripted: false };
  const open: PageNode[] = [root];
  for (let node = open.pop(); node; node = open.pop()) {
    if (!('childNodes' in node)) continue;
    const name = 'tagName' in node ? node.tagName : '';
    if (name === 'style' || name === 'script') {
      const text = node.childNodes.map(each => ('value' in each ? each.value : '')).join('');
      if (name === 'style') sources.sheets += `${text}\n`;
      else sources.scripts += text;
      if (name === 'script') sources.isScripted ||= text.trim() === '';
      continue;
    }
    for (let at = node.childNodes.length - 1; at >= 0; at--) open.push(node.childNodes[at]!);
  }
  return sources;
}

/** A declaration block, with whether the page is shown so on a screen of usual width. */
interface StyleBlock {
  readonly selectors: string;
  readonly body: string;
  readonly isUsual: boolean;
}

const conditional = /^@(?:media|supports|layer|container)\b/i;

function* blocksIn(sheet: string): Generator<StyleBlock> {
  const text = withoutComments(sheet);
  const usual: boolean[] = [];
  let at = 0;
  for (const { index, 0: sign } of text.matchAll(/[{};]/g)) {
    if (index < at) continue;
    const prelude = text.slice(at, index).trim();
    at = index + 1;
    if (sign === '}') usual.pop();
    if (sign !== '{') continue;
    // Steps of a movement hold blocks of their own.
    if (/^@.*keyframes/i.test(prelude)) usual.push(false);
    else if (conditional.test(prelude)) usual.push(isUsual(prelude));
    else {
      const close = text.indexOf('}', at);
      const end = close < 0 ? text.length : close;
      yield {
        ...{ selectors: prelude, body: text.slice(at, end), isUsual: usual.every(Boolean) },
      };
      at = end + 1;
    }
  }
}

function withoutComments(sheet: string): string {
  const [first = '', ...rest] = sheet.replace(/<!--|-->/g, ' ').split('/*');
  return [first, ...rest.map(part => part.slice(part.indexOf('*/') + 2))].join(' ');
}

function isUsual(query: string): boolean {
  return !/print|max-(?:device-)?width|\bspeech\b|prefers-|orientation\s*:\s*portrait/i.test(query);
}

interface ReadRules {
  readonly rules: StyleRule[];
  /** What stands in the last step of a selector that shows something in some state. */
  readonly shown: Set<string>;
}

function rulesIn(sheet: string): ReadRules {
  const read: ReadRules = { rules: [], shown: new Set() };
  for (const block of blocksIn(sheet)) {
    const declarations = declared(block.body, 0);
    if (declarations.length === 0 || block.selectors.startsWith('@')) continue;
    for (const selector of block.selectors.split(',').slice(0, mostSteps))
      addRule(read, { selector, declarations, isUsual: block.isUsual });
    if (read.rules.length >= mostRules) break;
  }
  return read;
}

interface SelectedStyle {
  readonly selector: string;
  readonly declarations: readonly { readonly display: string; readonly weight: number }[];
  readonly isUsual: boolean;
}

function addRule({ rules, shown }: ReadRules, given: SelectedStyle): void {
  const path = given.isUsual ? pathOf(given.selector) : undefined;
  const isState = !path || path.at(-1)!.names.length > 1;
  for (const { display, weight } of given.declarations) {
    if (isState && display !== 'none')
      for (const name of lastNames(given.selector)) shown.add(name);
    // Of two that weigh the same, the later one holds.
    const place = rules.length / 1e5;
    if (path) rules.push({ path, display, weight: weight + specificity(path) + place });
  }
}

function lastNames(selector: string): string[] {
  const last =
    selector
      .trim()
      .split(/[\s>+~]+/)
      .at(-1) ?? '';
  return last.match(/[.#][\w-]+/g) ?? [last.replace(/:.*$/, '').toLowerCase()];
}

function declared(body = '', base: number): { display: string; weight: number }[] {
  return body.split(';').flatMap(each => {
    const [, name = '', value = '', important] =
      /^\s*(display|visibility)\s*:\s*([\w-]{1,30})\s*(!\s*important)?\s*$/i.exec(each) ?? [];
    if (name === '') return [];
    const isHidden = /^(?:none|hidden|collapse)$/i.test(value);
    // To be visible says nothing of how.
    if (!isHidden && /^v/i.test(name)) return [{ display: 'visible', weight: base }];
    const weight = base + (important ? 1e7 : 0);
    return [{ display: isHidden ? 'none' : value.toLowerCase(), weight }];
  });
}

function pathOf(selector: string): SimpleSelector[] | undefined {
  const steps = selector
    .replace(/:root\b/g, 'html')
    .replace(/\s*>\s*/g, '> ')
    .trim()
    .split(/\s+/);
  const path = steps.map(step => {
    const [, tag = '', rest = '', parent] =
      /^([a-z][\w-]*)?((?:[.#][\w-]+)*)(>?)$/i.exec(step) ?? [];
    return { tag: tag.toLowerCase(), names: rest.match(/[.#][\w-]+/g) ?? [], isParent: !!parent };
  });
  const isRead = path.every(({ tag, names }) => tag !== '' || names.length > 0);
  return isRead && path.length <= mostSteps ? path : undefined;
}

function specificity(path: readonly SimpleSelector[]): number {
  return path.reduce(
    (sum, { tag, names }) =>
      sum +
      (tag === '' ? 0 : 1) +
      names.reduce((more, name) => more + (name.startsWith('#') ? 10_000 : 100), 0),
    0,
  );
}

function keyOf({ names, tag }: SimpleSelector): string {
  return names.at(-1) ?? (tag || '*');
}

function attributeOf({ attrs }: PageElement, name: string): string | undefined {
  return attrs.find(each => each.name === name)?.value;
}

function namesOf(element: PageElement): string[] {
  const classes = attributeOf(element, 'class')?.split(/\s+/) ?? [];
  const id = attributeOf(element, 'id');
  const names = classes.filter(name => name !== '').map(name => `.${name}`);
  return id ? [...names, `#${id}`] : names;
}

function fits(element: PageElement, names: readonly string[], wanted: SimpleSelector): boolean {
  return (
    (wanted.tag === '' || wanted.tag === element.tagName) &&
    wanted.names.every(name => names.includes(name))
  );
}

function matches(
  element: PageElement,
  names: readonly string[],
  path: readonly SimpleSelector[],
): boolean {
  if (!fits(element, names, path.at(-1)!)) return false;
  let above = parentOf(element);
  for (let at = path.length - 2, left = mostSteps; at >= 0; left--) {
    if (!above || left === 0) return false;
    const isFit = fits(above, namesOf(above), path[at]!);
    if (!isFit && path[at]!.isParent) return false;
    if (isFit) at--;
    above = parentOf(above);
  }
  return true;
}

function parentOf({ parentNode }: PageElement): PageElement | undefined {
  return parentNode && 'tagName' in parentNode ? parentNode : undefined;
}
