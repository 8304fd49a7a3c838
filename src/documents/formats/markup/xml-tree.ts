import { parseFragment } from 'parse5';
import { TandemError } from '../../../model/errors.ts';

/** An element of XML, known by its name without the prefix. */
export interface XmlElement {
  readonly name: string;
  /** By the names as written, prefix and all. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

interface OpenElement extends XmlElement {
  readonly children: (XmlElement | string)[];
}

const deepest = 400;
const mostElements = 5_000_000;

/**
 * Reads XML into a tree. Nothing is fetched, and no entity is expanded but those of XML and HTML,
 * and those by number. A document that is cut off keeps what it has.
 * @throws TandemError `unreadable_document` for one that nests too deep
 */
export function xmlTree(xml: string): XmlElement {
  const root: OpenElement = { name: '', attributes: {}, children: [] };
  const open: OpenElement[] = [root];
  let elements = 0;
  for (let at = 0; at < xml.length; ) {
    const tag = xml.indexOf('<', at);
    if (tag !== at) addText(open.at(-1)!, xml.slice(at, tag < 0 ? xml.length : tag));
    if (tag < 0) break;
    const found = tagAt(xml, tag);
    at = found.end;
    take(found, open);
    if (open.length > deepest || ++elements > mostElements) throw tooDeep(open.length);
  }
  return root;
}

function take({ name, isEmpty, attributes, literal }: XmlTag, open: OpenElement[]): void {
  if (literal !== undefined) open.at(-1)!.children.push(literal);
  if (name === undefined) return;
  if (name.startsWith('/')) {
    close(open, name.slice(1));
    return;
  }
  const element: OpenElement = { name: localName(name), attributes, children: [] };
  open.at(-1)!.children.push(element);
  if (!isEmpty) open.push(element);
}

function tooDeep(depth: number): TandemError {
  return new TandemError(
    'unreadable_document',
    `The XML nests ${depth} elements deep or holds too many. Save the document anew, or as text.`,
  );
}

interface XmlTag {
  readonly end: number;
  readonly name?: string;
  readonly isEmpty: boolean;
  readonly attributes: Readonly<Record<string, string>>;
  /** What a section of character data says. */
  readonly literal?: string;
}

const none = {};

function tagAt(xml: string, at: number): XmlTag {
  const passed = { isEmpty: true, attributes: none };
  if (xml.startsWith('<![CDATA[', at)) {
    const end = indexAfter(xml, ']]>', at + 9);
    return {
      end,
      ...passed,
      literal: xml.slice(at + 9, xml.startsWith(']]>', end - 3) ? end - 3 : end),
    };
  }
  if (xml.startsWith('<!--', at)) return { end: indexAfter(xml, '-->', at + 4), ...passed };
  if (xml.startsWith('<?', at)) return { end: indexAfter(xml, '?>', at + 2), ...passed };
  if (xml.startsWith('<!', at)) return { end: endOfDeclaration(xml, at), ...passed };
  const end = endOfTag(xml, at);
  const inner = xml.slice(at + 1, end - 1);
  const isEmpty = inner.endsWith('/');
  const name = /^\/?[^\s/>]*/.exec(inner)![0];
  const rest = inner.slice(name.length);
  return { end, name, isEmpty, attributes: rest.length > 1 ? attributesIn(rest) : none };
}

// The internal part of a document type stands in square brackets, and is passed over whole.
function endOfDeclaration(xml: string, at: number): number {
  const end = indexAfter(xml, '>', at);
  const bracket = xml.indexOf('[', at);
  if (bracket < 0 || bracket > end) return end;
  return indexAfter(xml, '>', indexAfter(xml, ']', bracket));
}

// A sign within an attribute ends nothing.
function endOfTag(xml: string, at: number): number {
  let quote = '';
  for (let index = at + 1; index < xml.length; index++) {
    const sign = xml[index]!;
    if (quote !== '') {
      if (sign === quote) quote = '';
    } else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === '>') return index + 1;
  }
  return xml.length;
}

function indexAfter(xml: string, mark: string, from: number): number {
  const at = xml.indexOf(mark, from);
  return at < 0 ? xml.length : at + mark.length;
}

function attributesIn(text: string): Record<string, string> {
  const attributes: Record<string, string> = Object.create(null);
  for (const [, name, double, single] of text.matchAll(
    /(?<![^\s=/"'])([^\s=/"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g,
  ))
    attributes[name!] = decoded(double ?? single ?? '');
  return attributes;
}

// An end without a beginning is passed over.
function close(open: OpenElement[], name: string): void {
  const local = localName(name.trim());
  for (let at = open.length - 1; at > 0; at--) {
    if (open[at]!.name !== local) continue;
    open.length = at;
    return;
  }
}

function addText(to: OpenElement, text: string): void {
  to.children.push(decoded(text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text));
}

function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#x[\da-f]{1,6}|#\d{1,7}|[a-z][\da-z]{1,30});/gi, (whole, name: string) => {
    if (!name.startsWith('#')) return named(whole);
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

const entities = new Map<string, string>();

// The five of XML, and those of HTML, which many write without saying what they are.
function named(whole: string): string {
  const known = entities.get(whole);
  if (known !== undefined || entities.size > mostNames) return known ?? whole;
  const [node] = parseFragment(whole).childNodes;
  const sign = node && 'value' in node ? node.value : whole;
  entities.set(whole, sign);
  return sign;
}

const mostNames = 4000;

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

/** The value of an attribute by its name, with or without a prefix. */
export function attributeOf({ attributes }: XmlElement, name: string): string | undefined {
  const exact = attributes[name];
  if (exact !== undefined || name.includes(':')) return exact;
  for (const key in attributes) if (localName(key) === name) return attributes[key];
  return undefined;
}

/** The elements among the children, of one name if it is given. */
export function elementsOf(element: XmlElement | undefined, name?: string): XmlElement[] {
  const found = (element?.children ?? []).filter(child => typeof child !== 'string');
  return name === undefined ? found : found.filter(child => child.name === name);
}

/** The first child of a name. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return elementsOf(element, name)[0];
}

/** The element at the end of a path of names. */
export function elementAt(root: XmlElement | undefined, ...path: string[]): XmlElement | undefined {
  return path.reduce(childOf, root);
}

/** All elements of a name below an element, in their order. */
export function elementsBelow(element: XmlElement, name: string): XmlElement[] {
  return elementsOf(element).flatMap(child =>
    child.name === name ? [child, ...elementsBelow(child, name)] : elementsBelow(child, name),
  );
}

/** The text of an element and all below it, as it stands. */
export function wordsOf(element: XmlElement | undefined): string {
  return (element?.children ?? [])
    .map(child => (typeof child === 'string' ? child : wordsOf(child)))
    .join('');
}
