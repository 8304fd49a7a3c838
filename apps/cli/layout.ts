import columnsOf from 'fast-string-width';
import { wrapAnsi } from 'fast-wrap-ansi';

/** How wide a page may be. */
export interface PageWidth {
  /** Columns of the terminal that shows it; `Infinity` where a file or a pipe takes it. */
  readonly columns: number;
}

const gap = 2;
const readable = 100;
const hanging = 4;

/**
 * Aligns rows of cells in columns, two spaces apart. What is too wide for the terminal is wrapped
 * inside its cell at spaces; where even the longest words do not stand side by side, each row is a
 * paragraph. No word is broken.
 */
export function table(
  rows: readonly (readonly string[])[],
  { columns }: PageWidth,
  indent = '',
): string {
  const room = columns - indent.length;
  const widths = fittingWidths(rows, room);
  const lines = widths
    ? rows.flatMap(row => alignedLines(row, widths))
    : rows.flatMap(row => paragraph(row.filter(Boolean).join('  '), room));
  return lines.map(line => `${indent}${line}`.trimEnd()).join('\n');
}

/**
 * Breaks a text at spaces into lines that are easy to read: of at most 100 columns, or those of the
 * terminal. The indent counts.
 */
export function wrapText(text: string, { columns }: PageWidth, indent = ''): string {
  const most = Math.min(readable, columns) - indent.length;
  return wrapped(text, most)
    .map(line => `${indent}${line}`.trimEnd())
    .join('\n');
}

/**
 * Breaks the lines of a page that are wider than the terminal, at spaces; what follows stands below
 * where the line began. Blocks of code between fences stay as they are, since they are copied.
 */
export function wrapPage(page: string, columns: number): string {
  if (columns === Number.POSITIVE_INFINITY) return page;
  let isCode = false;
  return page
    .split('\n')
    .flatMap(line => {
      if (/^\s*(?:```|~~~)/.test(line)) isCode = !isCode;
      if (isCode || columnsOf(line) <= columns) return [line];
      return wrapped(line, columns);
    })
    .join('\n');
}

/** Cuts a line at a space so that it stands in so many columns, with a sign that it goes on. */
export function clipLine(line: string, columns: number): string {
  if (columnsOf(line) < columns) return line;
  const [first = ''] = wrapAnsi(line, Math.max(1, columns - 3), { hard: true }).split('\n');
  return `${first} …`;
}

/** A text that comes in pieces, shown line by line without a broken word. */
export interface Flow {
  /** Shows a piece; its last word waits until it is whole. */
  add(piece: string): void;
  /** Shows the word that waits. */
  end(): void;
}

/** Opens a flow of text on a terminal. */
export function openFlow(columns: () => number, write: (text: string) => void): Flow {
  let at = 0;
  let spaces = '';
  let word = '';
  const flush = () => {
    if (word === '') return;
    const wide = columnsOf(word);
    const breaks = at > 0 && at + spaces.length + wide > columns();
    write(breaks ? `\n${word}` : spaces + word);
    at = breaks ? wide : at + spaces.length + wide;
    spaces = '';
    word = '';
  };
  return {
    add(piece) {
      for (const part of piece.match(/\n|[^\S\n]+|\S+/g) ?? []) {
        if (/\S/.test(part)) word += part;
        else {
          flush();
          if (part !== '\n') spaces += part;
          else {
            write('\n');
            at = 0;
            spaces = '';
          }
        }
      }
    },
    end() {
      flush();
      at = 0;
      spaces = '';
    },
  };
}

// The width of each column; none where the longest words of all columns do not fit side by side.
function fittingWidths(rows: readonly (readonly string[])[], room: number): number[] | undefined {
  const natural: number[] = [];
  const least: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      natural[column] = Math.max(natural[column] ?? 0, columnsOf(cell));
      least[column] = Math.max(least[column] ?? 0, longestWord(cell));
    }
  }
  const inner = room - gap * (natural.length - 1);
  if (sum(natural) <= inner) return natural;
  if (sum(least) > inner) return undefined;
  return shared(natural, least, inner);
}

// Columns that need no more than their share keep what they need; the others divide the rest.
function shared(natural: readonly number[], least: readonly number[], inner: number): number[] {
  const widths = [...least];
  let open = [...natural.keys()];
  for (;;) {
    const fixed = sum(widths.filter((_, at) => !open.includes(at)));
    const share = Math.floor((inner - fixed) / open.length);
    const settled = open.filter(at => natural[at]! <= share || least[at]! >= share);
    if (settled.length === 0) {
      for (const at of open) widths[at] = share;
      return widths;
    }
    for (const at of settled) widths[at] = natural[at]! <= share ? natural[at]! : least[at]!;
    open = open.filter(at => !settled.includes(at));
    if (open.length === 0) return widths;
  }
}

function alignedLines(row: readonly string[], widths: readonly number[]): string[] {
  const cells = row.map((cell, column) =>
    columnsOf(cell) <= widths[column]! ? [cell] : wrapped(cell, widths[column]!),
  );
  const height = Math.max(1, ...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((lines, column) => {
        const cell = lines[line] ?? '';
        const isLast = column === row.length - 1;
        return isLast ? cell : cell + ' '.repeat(Math.max(0, widths[column]! - columnsOf(cell)));
      })
      .join(' '.repeat(gap)),
  );
}

function paragraph(text: string, room: number): string[] {
  if (columnsOf(text) <= room) return [text];
  const [first = '', ...below] = wrapped(text, room - hanging);
  return [first, ...below.map(line => ' '.repeat(hanging) + line)];
}

// Marks of style are closed at the end of a line and opened again on the next; what stands indented
// stays so.
function wrapped(text: string, columns: number): string[] {
  const indent = /^ */.exec(text)![0];
  const inner = wrapAnsi(text.slice(indent.length), Math.max(1, columns - indent.length));
  return closedLines(inner.split('\n')).map(line => indent + line);
}

const escapeSign = '\u001b';
const mark = new RegExp(String.raw`${escapeSign}\[((?:\d+;)*)(\d+)m`, 'g');
// What ends each style that a page is written in; other numbers begin none.
const endOf: Readonly<Record<string, string>> = { 1: '22', 2: '22', 31: '39', 32: '39', 36: '39' };

// A style that is open where a line ends would run on into the next column.
function closedLines(lines: readonly string[]): readonly string[] {
  let open: { readonly begin: string; readonly end: string }[] = [];
  return lines.map(line => {
    const begun = open.map(({ begin }) => begin).join('');
    for (const [whole, own = '', code = ''] of line.matchAll(mark)) {
      const end = endOf[code];
      if (end !== undefined) open.push({ begin: whole, end: `\u001b[${own}${end}m` });
      else open = open.filter(each => each.end !== whole);
    }
    return begun + line + open.map(({ end }) => end).join('');
  });
}

function longestWord(cell: string): number {
  return Math.max(0, ...cell.split(/(?<=\S) /).map(word => columnsOf(word.trimEnd())));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
