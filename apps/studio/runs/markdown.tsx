import type { ComponentChildren } from 'preact';
import { clean } from '../format.ts';
import { Raw } from '../parts.tsx';

/**
 * Shows Markdown as elements of this page: no markup of a text is ever parsed as such, and nothing
 * that it names is loaded.
 */
export function Markdown({ text }: { readonly text: string }) {
  return <div class="markdown">{blocksOf(text.replace(/\r\n?/g, '\n').split('\n'))}</div>;
}

function blocksOf(lines: readonly string[]): ComponentChildren[] {
  const blocks: ComponentChildren[] = [];
  for (let at = 0; at < lines.length; ) {
    if (lines[at]!.trim() === '') {
      at++;
      continue;
    }
    const read = readers.map(each => each(lines, at)).find(found => found !== undefined)!;
    blocks.push(read.block);
    at = read.next;
  }
  return blocks;
}

interface Read {
  readonly block: ComponentChildren;
  readonly next: number;
}

type Reader = (lines: readonly string[], at: number) => Read | undefined;

const readers: readonly Reader[] = [fence, heading, table, list, quote, paragraph];

function fence(lines: readonly string[], at: number): Read | undefined {
  const mark = /^ {0,3}(`{3,}|~{3,})/.exec(lines[at]!)?.[1];
  if (!mark) return undefined;
  let end = at + 1;
  while (end < lines.length && !lines[end]!.trimStart().startsWith(mark)) end++;
  const code = lines.slice(at + 1, end).join('\n');
  return { block: <Raw text={code} />, next: end + 1 };
}

function heading(lines: readonly string[], at: number): Read | undefined {
  const found = /^ {0,3}#{1,6}\s+(.*?)\s*#*$/.exec(lines[at]!);
  if (!found) return undefined;
  return { block: <p class="heading">{inline(found[1]!)}</p>, next: at + 1 };
}

const tableRule = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

function table(lines: readonly string[], at: number): Read | undefined {
  if (!lines[at]!.includes('|') || !tableRule.test(lines[at + 1] ?? '')) return undefined;
  let end = at + 2;
  while (end < lines.length && lines[end]!.includes('|')) end++;
  const [head = [], ...rows] = [lines[at]!, ...lines.slice(at + 2, end)].map(cellsIn);
  const block = (
    <table>
      <thead>
        <tr>
          {head.map((cell, index) => (
            <th key={index}>{inline(cell)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            {row.map((cell, column) => (
              <td key={column}>{inline(cell)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
  return { block, next: end };
}

function cellsIn(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map(cell => cell.trim());
}

const bullet = /^\s*(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/;

function list(lines: readonly string[], at: number): Read | undefined {
  const first = bullet.exec(lines[at]!);
  if (!first) return undefined;
  const items: string[] = [];
  let end = at;
  for (; end < lines.length && lines[end]!.trim() !== ''; end++) {
    const item = bullet.exec(lines[end]!);
    if (item) items.push(item[2]!);
    else items[items.length - 1] += ` ${lines[end]!.trim()}`;
  }
  const shown = items.map((item, index) => <li key={index}>{inline(item)}</li>);
  const start = first[1];
  const block = start === undefined ? <ul>{shown}</ul> : <ol start={Number(start)}>{shown}</ol>;
  return { block, next: end };
}

function quote(lines: readonly string[], at: number): Read | undefined {
  if (!/^ {0,3}>/.test(lines[at]!)) return undefined;
  let end = at;
  while (end < lines.length && /^ {0,3}>/.test(lines[end]!)) end++;
  const text = lines.slice(at, end).map(line => line.replace(/^ {0,3}> ?/, ''));
  return { block: <blockquote>{inline(text.join('\n'))}</blockquote>, next: end };
}

function paragraph(lines: readonly string[], at: number): Read {
  let end = at + 1;
  while (
    end < lines.length &&
    lines[end]!.trim() !== '' &&
    !/^ {0,3}(#|>|`{3}|~{3})/.test(lines[end]!)
  )
    end++;
  return { block: <p>{inline(lines.slice(at, end).join('\n'))}</p>, next: end };
}

const spans =
  /`([^`\n]+)`|\*\*([^*\n]+)\*\*|\*([^*\n]+)\*|\[([^\]\n]{1,300})\]\((https?:\/\/[^\s)]{1,2000})\)/;

// Depth is bounded by the text: each span is shorter than the one that it stands in.
function inline(text: string): ComponentChildren {
  const found = spans.exec(text);
  if (!found) return clean(text);
  const [whole, code, strong, soft, label, href] = found;
  const before = clean(text.slice(0, found.index));
  const after = inline(text.slice(found.index + whole.length));
  return [before, spanOf({ code, strong, soft, label, href }), after];
}

interface Span {
  readonly code: string | undefined;
  readonly strong: string | undefined;
  readonly soft: string | undefined;
  readonly label: string | undefined;
  readonly href: string | undefined;
}

function spanOf({ code, strong, soft, label, href }: Span): ComponentChildren {
  if (code !== undefined) return <code>{clean(code)}</code>;
  if (strong !== undefined) return <strong>{inline(strong)}</strong>;
  if (soft !== undefined) return <em>{inline(soft)}</em>;
  return <SafeLink label={label ?? ''} href={href ?? ''} />;
}

// Where a link goes is told: its words may say something else.
function SafeLink({ label, href }: { readonly label: string; readonly href: string }) {
  const host = URL.canParse(href) ? new URL(href).host : undefined;
  if (host === undefined) return <>{clean(label)}</>;
  return (
    <a href={href} rel="noopener noreferrer nofollow" target="_blank">
      {clean(label)} <span class="quiet">({host})</span>
    </a>
  );
}
