import { strFromU8, unzipSync } from 'fflate';
import { parse } from 'parse5';

/**
 * Reads the rows of the tables of a DOCX from its markup; rows that hold tables, or
 * were deleted, are left out.
 */
export function docxRows(bytes: Uint8Array): string[][] {
  const part = unzipSync(bytes)['word/document.xml'];
  const xml = part ? strFromU8(part) : '';
  const rows = xml.match(/<w:tr[ >](?:(?!<w:tr[ >])[\s\S])*?<\/w:tr>/g) ?? [];
  const kept = rows.filter(row => !/<w:trPr>(?:(?!<\/w:trPr>)[\s\S])*<w:del[ >]/.test(row));
  return kept.map(row =>
    row
      .split(/<w:tc[ >]/)
      .slice(1)
      .map(cell =>
        [
          ...cell
            .replace(/<w:del [\s\S]*?<\/w:del>/g, '')
            .matchAll(/<w:t(?: [^>]*)?>([^<]*)<\/w:t>/g),
        ]
          .map(([, text]) => text)
          .join('')
          .replace(/&(?:amp|lt|gt|quot|apos);/g, ' '),
      ),
  );
}

interface MarkupNode {
  readonly nodeName: string;
  readonly value?: string;
  readonly childNodes?: readonly MarkupNode[];
  readonly attrs?: readonly { readonly name: string; readonly value: string }[];
}

/** Reads the rows of the tables of an HTML page; rows that hold tables or blocks are left out. */
export function htmlRows(bytes: Uint8Array): string[][] {
  const rows: string[][] = [];
  const look = (node: MarkupNode) => {
    if (node.nodeName === 'tr') {
      const cells = (node.childNodes ?? []).filter(({ nodeName }) => /^t[dh]$/.test(nodeName));
      if (!cells.some(cell => holds(cell, /^(?:table|ul|ol|h[1-6])$/)))
        rows.push(cells.map(textOf));
    }
    for (const child of node.childNodes ?? []) if (!isHidden(child)) look(child);
  };
  look(parse(Buffer.from(bytes).toString('utf8')) as MarkupNode);
  return rows;
}

function holds({ childNodes = [] }: MarkupNode, names: RegExp): boolean {
  return childNodes.some(child => names.test(child.nodeName) || holds(child, names));
}

function textOf({ nodeName, value = '', childNodes = [] }: MarkupNode): string {
  if (nodeName === '#text') return value;
  if (/^(?:script|style|template)$/.test(nodeName)) return '';
  return childNodes
    .filter(child => !isHidden(child))
    .map(textOf)
    .join(' ');
}

function isHidden({ attrs = [] }: MarkupNode): boolean {
  return attrs.some(
    ({ name, value }) => name === 'hidden' || (name === 'style' && /display:\s*none/.test(value)),
  );
}
