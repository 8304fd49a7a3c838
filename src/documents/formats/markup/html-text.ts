import { type DefaultTreeAdapterTypes, parse, parseFragment } from 'parse5';
import { generatedIn } from './generated-content.ts';
import { type HtmlWriter, htmlWriter } from './html-writer.ts';
import { type DisplayOf, displaysIn } from './style-sheets.ts';
import { offsetClasses } from './styled-offset.ts';
import { isTangled, strippedText } from './tangled-html.ts';

/** How HTML is written as text. */
export interface HtmlReading {
  /** Whether headings bear the marks of Markdown, and the title stands first. */
  readonly marksHeadings?: boolean;
}

/**
 * Takes the plain text out of HTML by the standard's rules: blocks as lines, a row of a table on
 * one line with its cells parted by tabs, list items with their marks, raised and lowered type as
 * such; nothing of scripts, styles, comments and what is hidden.
 */
export function plainTextOf(html: string, reading: HtmlReading = {}): string {
  if (isTangled(html)) return strippedText(html);
  const root = rootOf(html);
  const offsets = offsetClasses(html);
  const isStyled = /<style|display\s*:\s*(?:inline-)?(?:flex|grid)/i.test(html);
  const written = (displayOf?: DisplayOf) => {
    const writer = htmlWriter({ ...reading, offsets });
    walk(root, writer, { displayOf, generated: isStyled ? generatedIn(root) : undefined });
    return writer.text();
  };
  const shown = isStyled ? written(displaysIn(root)) : '';
  // A page that is hidden as a whole waits for its script.
  return shown === '' ? written() : shown;
}

type HtmlNode = DefaultTreeAdapterTypes.ChildNode | DefaultTreeAdapterTypes.ParentNode;

// A piece of a page, such as rows that were copied out of a table, is read as a piece.
function rootOf(html: string): DefaultTreeAdapterTypes.ParentNode {
  const source = isXhtml(html) ? literal(html).replace(emptyTag, closed) : html;
  const isPage = /<(?:html|body|!doctype)\b/i.test(source.slice(0, 20_000));
  const options = { scriptingEnabled: false };
  return isPage ? parse(source, options) : parseFragment(source, options);
}

// XHTML closes empty elements in themselves, which HTML takes for openings.
const emptyTag = /<([a-z][\w:-]*)((?:\s[^<>]*)?)\/>/gi;
const voids = /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)$/i;

function isXhtml(html: string): boolean {
  return /^\s*<\?xml|xmlns=["']http:\/\/www\.w3\.org\/1999\/xhtml/.test(html.slice(0, 4000));
}

// Words that XHTML keeps as they are typed, as HTML writes them.
function literal(html: string): string {
  const [first = '', ...rest] = html.split('<![CDATA[');
  const parts = rest.map(part => {
    const end = part.indexOf(']]>');
    if (end < 0) return part;
    const words = part.slice(0, end).replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    return `${words}${part.slice(end + 3)}`;
  });
  return [first, ...parts].join('');
}

function closed(whole: string, name: string, attributes: string): string {
  return voids.test(name) ? whole : `<${name}${attributes}></${name}>`;
}

type WalkStep = { readonly node: HtmlNode } | { readonly leave: () => void };

// With a list of steps, and not by recursion: pages nest as deep as their makers like.
function walk(root: HtmlNode, writer: HtmlWriter, styles: PageStyles): void {
  const steps: WalkStep[] = [{ node: root }];
  for (let step = steps.pop(); step; step = steps.pop()) {
    if ('leave' in step) step.leave();
    else if ('value' in step.node) writer.words(step.node.value);
    else if ('childNodes' in step.node) enter(step.node, { steps, writer, ...styles });
  }
}

interface PageStyles {
  readonly displayOf: DisplayOf | undefined;
  readonly generated: ReturnType<typeof generatedIn>;
}

interface WalkState extends PageStyles {
  readonly steps: WalkStep[];
  readonly writer: HtmlWriter;
}

function enter(node: DefaultTreeAdapterTypes.ParentNode, state: WalkState) {
  const { steps, writer, displayOf } = state;
  const display = 'tagName' in node ? displayOf?.(node) : undefined;
  if ('tagName' in node && enterElement(node, display, state) === 'skip') return;
  // What is laid out side by side is parted, with or without a space in the source.
  const isApart = /flex|grid/.test(display ?? '');
  const children = 'tagName' in node && isApart ? besideEachOther(node, state) : node.childNodes;
  if (display?.startsWith('inline-')) {
    writer.words(' ');
    steps.push({ leave: () => writer.words(' ') });
  }
  for (const child of children.toReversed()) {
    steps.push({ node: child });
    if (isApart) steps.push({ leave: () => writer.words(' ') });
  }
}

const mostBeside = { cells: 60, letters: 60 };

// Short parts that stand beside each other are a row, and those of a grid rows.
function besideEachOther(
  node: DefaultTreeAdapterTypes.Element,
  { displayOf }: WalkState,
): readonly DefaultTreeAdapterTypes.ChildNode[] {
  const { childNodes } = node;
  const [kind = '', said] = (displayOf?.(node) ?? '').split(' ');
  const parts = childNodes.filter(
    each => 'tagName' in each && displayOf?.(each) !== 'none',
  ) as DefaultTreeAdapterTypes.Element[];
  const isShort = ({ nodeName, childNodes: own }: DefaultTreeAdapterTypes.Element) =>
    !/^(?:li|t[rdh]|tbody|svg|input)$/.test(nodeName) && lettersIn(own) <= mostBeside.letters;
  const columns = Number(said || (kind.endsWith('flex') ? parts.length : 1));
  const isBare = childNodes.some(each => 'value' in each && each.value.trim() !== '');
  if (isBare || !(columns > 1) || parts.length > mostBeside.cells || !parts.every(isShort))
    return childNodes;
  const isMoved = (each: DefaultTreeAdapterTypes.Element, at: number) => {
    const [, placed, column] = /(placed|at(\d))$/.exec(displayOf?.(each) ?? '') ?? [];
    return placed !== undefined && Number(column) !== (at % columns) + 1;
  };
  if (parts.some(isMoved)) return childNodes;
  const made = (tagName: string, children: readonly DefaultTreeAdapterTypes.ChildNode[]) =>
    ({ ...node, tagName, nodeName: tagName, attrs: [], childNodes: [...children] }) as typeof node;
  const cells = parts.map(each => made('td', [each]));
  const rows = cells.flatMap((_, at) =>
    at % columns === 0 ? [made('tr', cells.slice(at, at + columns))] : [],
  );
  return [made('table', rows)];
}

function lettersIn(nodes: readonly DefaultTreeAdapterTypes.ChildNode[]): number {
  let letters = 0;
  for (const node of nodes) {
    if ('value' in node) letters += node.value.trim().length;
    else if ('childNodes' in node) letters += lettersIn(node.childNodes);
    if (letters > mostBeside.letters) break;
  }
  return letters;
}

function enterElement(
  node: DefaultTreeAdapterTypes.Element,
  display: string | undefined,
  { steps, writer, generated }: WalkState,
) {
  const said = display === 'none' ? undefined : generated?.enter(node);
  const mark = said?.isCounted && node.tagName === 'li' ? `${said.before.trim()} ` : undefined;
  const leave = writer.enter(elementOf(node, display, mark));
  if (said) steps.push({ leave: () => generated!.leave() });
  if (leave === 'skip') return leave;
  if (leave) steps.push({ leave });
  if (!mark) writer.words(said?.before ?? '');
  if (said) steps.push({ leave: () => writer.words(said.after()) });
  return undefined;
}

function elementOf(
  { tagName, attrs, childNodes }: DefaultTreeAdapterTypes.Element,
  display?: string,
  mark?: string,
) {
  return {
    ...(display !== undefined && { display: display.split(' ', 1)[0]! }),
    ...(mark !== undefined && { mark }),
    name: tagName,
    items: () => childNodes.filter(({ nodeName }) => nodeName === 'li').length,
    attribute: (name: string) => attrs.find(each => each.name === name)?.value,
  };
}
