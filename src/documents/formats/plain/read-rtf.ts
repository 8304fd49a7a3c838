import { type LineOffset, offLine } from '../markup/raised.ts';
import { oneLine } from '../markup/table-text.ts';
import data from './charset-letters.json' with { type: 'json' };
import rtfWords from './rtf-words.json' with { type: 'json' };

// What is in these groups is no text of the document.
const silent = new Set(rtfWords.silent.split(' '));
// Groups of the newer kind that hold text all the same.
const spoken = new Set(rtfWords.spoken.split(' '));

const signs: Readonly<Record<string, string>> = rtfWords.signs;

const codepages: Readonly<Record<number, string>> = data.codepages;
const fontCharsets: Readonly<Record<number, string>> = data.fontCharsets;

interface Group {
  isSilent: boolean;
  isHidden: boolean;
  isFonts: boolean;
  offset: LineOffset | undefined;
  /** Signs that stand for a letter of Unicode where a reader knows none. */
  skip: number;
  charset: string | undefined;
  font: number | undefined;
  /** A note is written apart, when its group ends. */
  note: { mark: string } | undefined;
}

interface RtfWriting {
  text: string;
  readonly notes: string[];
  bytes: number[];
  offLine: { words: string; offset: LineOffset } | undefined;
  readonly fonts: Map<number, string>;
  charset: string;
  toSkip: number;
  readonly saved: string[];
  /** Of the row that is being defined, which cells continue the one above. */
  covered: boolean[];
  isCovered: boolean;
}

const token =
  /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([\da-f]{2})|\\([^a-z])|([{}])|[\r\n]+|([^\\{}\r\n]+)/giy;

// Deeper groups are one: no editor nests so far.
const deepest = 500;

/** Takes the text out of RTF: a row of a table on one line, notes at the end, nothing hidden. */
export function rtfText(rtf: string): string {
  const writing: RtfWriting = {
    ...{ text: '', notes: [], bytes: [], offLine: undefined, fonts: new Map() },
    ...{ charset: 'windows-1252', toSkip: 0, saved: [], covered: [], isCovered: false },
  };
  const groups: Group[] = [opened(undefined)];
  token.lastIndex = 0;
  for (let found = token.exec(rtf); found; found = token.exec(rtf)) {
    const [, word, number, hex, sign, brace, words] = found;
    // Neither was found.
    if (hex === words) flush(writing, groups.at(-1)!);
    if (brace === '{') openGroup(groups);
    else if (brace === '}') closeGroup(groups, writing);
    else if (hex !== undefined) takeByte(Number.parseInt(hex, 16), writing);
    else if (sign !== undefined) takeSign(sign, { groups, writing });
    else if (words !== undefined) takeWords(words, { groups, writing });
    else if (word !== undefined) control(word, number, { groups, writing });
  }
  flush(writing, groups.at(-1)!);
  settle(writing);
  return laidOut([writing.text, ...writing.notes].join('\n'));
}

// A letter may have two bytes, the second of which may stand as it is.
function isWide({ charset }: Group, writing: RtfWriting): boolean {
  return ['shift_jis', 'gb18030', 'euc-kr', 'big5'].includes(charset ?? writing.charset);
}

interface RtfReading {
  readonly groups: Group[];
  readonly writing: RtfWriting;
}

function opened(above: Group | undefined): Group {
  const plain: Group = {
    ...{ isSilent: false, isHidden: false, isFonts: false, offset: undefined, skip: 1 },
    ...{ charset: undefined, font: undefined, note: undefined },
  };
  return { ...plain, ...above, note: undefined };
}

function openGroup(groups: Group[]): void {
  const above = groups.at(-1)!;
  groups.push(groups.length > deepest ? above : opened(above));
}

function closeGroup(groups: Group[], writing: RtfWriting): void {
  const group = groups.length > 1 ? groups.pop()! : groups[0]!;
  settle(writing);
  if (!group.note) return;
  const note = oneLine(writing.text);
  writing.text = writing.saved.pop() ?? '';
  // Heads and feet may be the same on all pages.
  if (note !== '' && (group.note.mark !== '' || !writing.notes.includes(note))) {
    writing.notes.push(`${group.note.mark} ${note}`.trim());
    writing.text += group.note.mark;
  }
}

function control(word: string, number: string | undefined, reading: RtfReading): void {
  const { groups, writing } = reading;
  const group = groups.at(-1)!;
  if (word === 'u') {
    write(String.fromCharCode(Number(number ?? 0) & 0xffff), reading);
    writing.toSkip = group.skip;
    return;
  }
  if (word === 'row') write(`${coveredMark}${coveredIn(writing)}`, reading);
  if (Object.hasOwn(signs, word)) write(signs[word]!, reading);
  else if (silent.has(word)) {
    group.isSilent = true;
    group.isFonts = word === 'fonttbl';
  } else if (spoken.has(word)) openSpoken(word, reading);
  else format(word, number === undefined ? undefined : Number(number), reading);
}

function openSpoken(word: string, { groups, writing }: RtfReading): void {
  const group = groups.at(-1)!;
  if (word === 'atnauthor') {
    group.isSilent = true;
    return;
  }
  group.isSilent = groups.at(-2)?.isSilent === true && word === 'fldrslt';
  if (!/^(?:footnote|annotation|header|footer)/.test(word)) return;
  settle(writing);
  writing.saved.push(writing.text);
  writing.text = '';
  const mark = word === 'footnote' ? `[${writing.notes.length + 1}]` : '';
  group.note = { mark };
}

function format(word: string, value: number | undefined, reading: RtfReading): void {
  const { groups, writing } = reading;
  const group = groups.at(-1)!;
  const isOn = value !== 0;
  const formats: Readonly<Record<string, () => void>> = {
    trowd: () => openRow(reading),
    clvmrg: () => (writing.isCovered = true),
    cellx: () => {
      writing.covered.push(writing.isCovered);
      writing.isCovered = false;
    },
    uc: () => (group.skip = value ?? 1),
    // Bytes of a picture or another file.
    bin: () => (token.lastIndex += Math.max(0, value ?? 0)),
    v: () => (group.isHidden = isOn),
    deleted: () => (group.isHidden = isOn),
    super: () => (group.offset = isOn ? 'raised' : undefined),
    sub: () => (group.offset = isOn ? 'lowered' : undefined),
    strike: () => (group.offset = isOn ? 'struck' : undefined),
    nosupersub: () => (group.offset = undefined),
    plain: () => Object.assign(group, { offset: undefined, isHidden: false }),
    ansicpg: () => (writing.charset = charsetOf(value ?? 1252)),
    mac: () => (writing.charset = 'macintosh'),
    pc: () => (writing.charset = 'cp437'),
    pca: () => (writing.charset = 'cp850'),
    fcharset: () => noteFont(group, fontCharsets[value ?? 0], writing),
    f: () => {
      group.font = value ?? 0;
      group.charset = writing.fonts.get(group.font);
    },
  };
  if (Object.hasOwn(formats, word)) formats[word]!();
}

// Stand in no text: where a row begins, and which of its cells continue the one above.
const rowMark = '\u000b';
const coveredMark = '\u000e';

// Some define a row once more behind its cells.
function openRow(reading: RtfReading): void {
  const { writing } = reading;
  Object.assign(writing, { covered: [], isCovered: false });
  const row = writing.text.slice(writing.text.lastIndexOf('\r') + 1);
  if (!row.includes('\t') && !row.includes(rowMark)) write(rowMark, reading);
}

function coveredIn({ covered }: RtfWriting): string {
  return covered.flatMap((isCovered, at) => (isCovered ? [at] : [])).join(',');
}

function noteFont(group: Group, charset: string | undefined, { fonts }: RtfWriting): void {
  if (group.isFonts && group.font !== undefined && charset) fonts.set(group.font, charset);
}

function charsetOf(page: number): string {
  return codepages[page] ?? (page >= 1250 && page <= 1258 ? `windows-${page}` : 'windows-1252');
}

function takeSign(sign: string, reading: RtfReading): void {
  if (sign === '*') reading.groups.at(-1)!.isSilent = true;
  else if (sign === '\n' || sign === '\r') write('\n', reading);
  else if (sign !== '-' && sign !== ':') write(signs[sign] ?? sign, reading);
}

function takeByte(byte: number, writing: RtfWriting): void {
  if (writing.toSkip > 0) writing.toSkip--;
  else writing.bytes.push(byte);
}

function takeWords(words: string, reading: RtfReading): void {
  const { groups, writing } = reading;
  const skipped = Math.min(writing.toSkip, words.length);
  writing.toSkip -= skipped;
  const rest = words.slice(skipped);
  if (!isWide(groups.at(-1)!, writing)) flush(writing, groups.at(-1)!);
  const isBytes = /[\u0080-\u00ff]/.test(rest) || writing.bytes.length > 0;
  if (isBytes) for (const letter of rest) writing.bytes.push(letter.charCodeAt(0));
  if (isBytes) flush(writing, groups.at(-1)!);
  else write(rest, reading);
}

// Bytes are decoded together, since a letter may have several.
function flush(writing: RtfWriting, group: Group): void {
  if (writing.bytes.length === 0) return;
  const bytes = new Uint8Array(writing.bytes);
  writing.bytes = [];
  const text = decoded(bytes, group.charset ?? writing.charset);
  put(text, { group, writing });
}

// Upper halves of the code pages of DOS, which no decoder of the platform knows.
const upperHalves: Readonly<Record<string, string>> = data.upperHalves;

function decoded(bytes: Uint8Array, charset: string): string {
  const upper = upperHalves[charset];
  if (upper === undefined) return new TextDecoder(charset).decode(bytes);
  return Array.from(bytes, byte =>
    byte < 128 ? String.fromCharCode(byte) : upper.charAt(byte - 128),
  ).join('');
}

function write(text: string, { groups, writing }: RtfReading): void {
  put(text, { group: groups.at(-1)!, writing });
}

function put(text: string, { group, writing }: { group: Group; writing: RtfWriting }): void {
  if (group.isSilent || group.isHidden || text === '') return;
  if (group.offset !== writing.offLine?.offset) settle(writing);
  if (!group.offset) writing.text += text;
  else writing.offLine = { words: (writing.offLine?.words ?? '') + text, offset: group.offset };
}

function settle(writing: RtfWriting): void {
  if (!writing.offLine) return;
  const { words, offset } = writing.offLine;
  writing.offLine = undefined;
  writing.text += offLine(words, offset);
}

// Within a row, lines of a cell are one; a row ends in a carriage return.
function laidOut(text: string): string {
  const blocks = text.split('\r');
  const last = blocks.pop()!;
  let above: readonly string[] = [];
  const rows = blocks.map(block => {
    const [cells = '', covered = ''] = block.split(coveredMark, 2);
    if (!cells.endsWith('\t')) return `${cells}\n`;
    const { before, row } = rowIn(cells);
    for (const at of covered === '' ? [] : covered.split(',').map(Number))
      if (row[at] === '') row[at] = (above[at] ?? '').slice(0, longestSaidAgain);
    above = row;
    return `${[...before, row.join('\t')].join('\n')}\n`;
  });
  return [...rows, last]
    .join('')
    .replaceAll(rowMark, '')
    .replace(/(?<![ \t])[ \t]+\n/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const longestSaidAgain = 120;

// Lines above a row are no part of it: above where it says that it begins, else those that hold no
// cell.
function rowIn(block: string): { readonly before: readonly string[]; readonly row: string[] } {
  const begins = block.lastIndexOf(rowMark);
  const lines = block.slice(begins + 1, -1).split('\n');
  const above = begins <= 0 ? [] : block.slice(0, begins).trimEnd().split('\n');
  const first = begins < 0 ? lines.findIndex(line => line.includes('\t')) : 0;
  const from = first < 0 ? lines.length - 1 : first;
  const before = [...above, ...lines.slice(0, from)];
  return { before, row: lines.slice(from).join(' ').split('\t').map(oneLine) };
}
