import { type DrawnPage, lettersOf, type Operators } from './appearances.ts';
import type { DrawnRule } from './ruled.ts';

type Matrix = readonly number[];

interface Pen {
  readonly ctm: Matrix;
  /** Nothing where a pattern is filled with. */
  readonly colour: string;
  readonly isOpaque: boolean;
  readonly mode: number;
  readonly size: number;
}

/** What is drawn on a page, in its order: letters at a point, or a ground over a box. */
interface DrawnMark {
  readonly pen: Pen;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly letters: number;
  /** Of a ground, to where it reaches. */
  readonly to?: readonly [right: number, high: number];
}

interface PageDrawing {
  readonly marks: DrawnMark[];
  readonly rules: DrawnRule[];
  /** Boxes of forms that browsers print, ticked or not. */
  readonly ticks: { readonly box: DrawnRule; readonly text: string }[];
  readonly saved: Pen[];
  pen: Pen;
  line: Matrix;
  along: number;
  leading: number;
}

const none: Matrix = [1, 0, 0, 1, 0, 0];
const smallest = 1.2;
const widest = 300;
// Lines may be as thick as the bars of a chart.
const thickest = 6;
const fewestLetters = 3;
// Each mark is compared with all others.
const mostMarks = 4000;
const annotationMode = 0;

/**
 * Reads how a page is drawn: the lines on it, the boxes of a form, and whether it holds text that
 * nobody sees, in the colour of its ground, under a bar, too small, or not drawn. Where most text
 * is not drawn, a picture shows it. Of a page of very many marks nothing of that is told.
 */
export async function drawnOn(page: DrawnPage, operators: Operators) {
  const { fnArray, argsArray } = await page.getOperatorList({ annotationMode });
  const names = new Map(Object.entries(operators).map(([name, number]) => [number, name]));
  const pen = { ctm: none, colour: '#000000', isOpaque: true, mode: 0, size: 1 };
  const drawing: PageDrawing = {
    ...{ marks: [], rules: [], ticks: [], saved: [], pen, line: none, along: 0, leading: 0 },
  };
  for (const [at, operator] of fnArray.entries()) {
    const name = names.get(operator) ?? '';
    const args = (argsArray[at] ?? []) as readonly unknown[];
    if (/Text|Line|Leading/.test(name)) write(drawing, name, args);
    else if (/^paint\w*Image|shading/.test(name)) paint(drawing, [0, 0, 1, 1], '');
    else if (name !== 'constructPath') change(drawing, name, args);
    else if (args[2]) drawPath(drawing, names.get(Number(args[0])) ?? '', args);
  }
  const { marks, rules, ticks } = drawing;
  return { isUnseen: holdUnseen(marks), rules, ticks };
}

function drawPath(drawing: PageDrawing, paints: string, [, paths, box]: readonly unknown[]): void {
  const isFilled = /fill/i.test(paints);
  paint(drawing, numbersIn(box), isFilled ? drawing.pen.colour : '');
  const drawn = boxUnder(drawing.pen.ctm, numbersIn(box));
  const text = ticked[drawing.pen.colour];
  if (text && isTick(drawn)) drawing.ticks.push({ box: drawn, text });
  if (isFilled) rule(drawing, numbersIn(box));
  else if (/stroke/i.test(paints))
    for (const path of Object.values(Object(paths))) strokes(drawing, numbersIn(path));
}

// In these colours browsers draw the boxes of a form.
const ticked: Readonly<Record<string, string>> = { '#0075ff': '[x]', '#767676': '[ ]' };

function isTick([left = 0, low = 0, right = 0, high = 0]: DrawnRule): boolean {
  return right - left > 6.5 && right - left < 16 && Math.abs(right - left + low - high) < 0.5;
}

const thinnest = 3;
const shortest = 4;

function rule({ rules, pen }: PageDrawing, box: readonly number[]): void {
  const [left = 0, low = 0, right = 0, high = 0] = boxUnder(pen.ctm, box);
  const [wide, tall] = [right - left, high - low];
  if (Math.min(wide, tall) < thinnest && Math.max(wide, tall) > shortest)
    rules.push([left, low, right, high]);
}

// Moves are 0, lines 1, curves 2 and 3, and 4 goes back to where the last move went.
function strokes(drawing: PageDrawing, path: readonly number[]): void {
  let [begin, from] = [path.slice(1, 3), path.slice(1, 3)];
  for (let at = 0; at < path.length; ) {
    const step = path[at]!;
    const end = at + 1 + ([2, 2, 6, 4, 0][step] ?? path.length);
    const to = step === 4 ? begin : path.slice(end - 2, end);
    if (step === 1 || step === 4) rule(drawing, [...from, ...to]);
    if (step === 0) begin = to;
    from = to;
    at = end;
  }
}

function boxUnder(ctm: Matrix, [left = 0, low = 0, right = 0, high = 0]: readonly number[]) {
  const corners = [left, right].flatMap(x =>
    [low, high].map(y => product(ctm, [1, 0, 0, 1, x, y])),
  );
  const [xs, ys] = [corners.map(each => each[4]!), corners.map(each => each[5]!)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)] as const;
}

function holdUnseen(marks: readonly DrawnMark[]): boolean {
  if (marks.length > mostMarks) return false;
  const lettersOn = (is: (mark: DrawnMark, at: number) => boolean) =>
    marks.reduce((sum, mark, at) => sum + (is(mark, at) ? mark.letters : 0), 0);
  const left = lettersOn(({ pen: { mode } }) => mode === 3);
  const unseen = lettersOn((mark, at) => mark.pen.mode !== 3 && isUnseen(mark, at, marks));
  return unseen + (left < lettersOn(() => true) / 2 ? left : 0) >= fewestLetters;
}

function isUnseen(
  { x, y, size, pen, letters }: DrawnMark,
  at: number,
  marks: readonly DrawnMark[],
): boolean {
  if (letters === 0 || size < smallest) return letters > 0;
  const isOver = ({ x: left, y: low, to: [right, high] = [left, low] }: DrawnMark) =>
    left <= x && x <= right && low <= y && y <= high && high - low > 0.8 * size;
  const isBar = ({ y: low, to, pen: { colour, isOpaque } }: DrawnMark) =>
    to !== undefined && to[1] - low < 4 * size && isOpaque && colour !== '';
  if (marks.slice(at).some(mark => isBar(mark) && isOver(mark))) return true;
  // A small box in the colour of its words stands over what is not known, such as a chart.
  const under = marks.slice(0, at).findLast(isOver);
  const isKnown = under?.to === undefined || under.to[0] - under.x > widest;
  const ground = under?.pen.colour ?? '#ffffff';
  return pen.mode === 0 && pen.isOpaque && isKnown && isAlike(pen.colour, ground);
}

function isAlike(colour: string, ground: string): boolean {
  const [own, other] = [colour, ground].map(each =>
    (each.match(/[\da-f]{2}/gi) ?? []).map(part => Number.parseInt(part, 16)),
  ) as [number[], number[]];
  return own.length === 3 && own.every((part, at) => Math.abs(part - (other[at] ?? 999)) < 12);
}

function numbersIn(value: unknown): number[] {
  return Object.values(Object(value)).map(Number);
}

function change(drawing: PageDrawing, name: string, args: readonly unknown[]): void {
  const [first, second] = args;
  const { pen, saved } = drawing;
  if (/^save$|ObjectBegin$/.test(name)) saved.push(pen);
  if (/^restore$|ObjectEnd$/.test(name)) drawing.pen = saved.pop() ?? pen;
  if (name === 'setFillRGBColor') drawing.pen = { ...pen, colour: String(first) };
  if (name === 'setFillColorN') drawing.pen = { ...pen, colour: '' };
  if (name === 'setFont') drawing.pen = { ...pen, size: Number(second) };
  const matrix = name === 'paintFormXObjectBegin' ? first : name === 'transform' && args;
  if (matrix) drawing.pen = { ...pen, ctm: product(pen.ctm, numbersIn(matrix)) };
  if (name === 'setGState') mix(drawing, new Map(first as [string, unknown][]));
}

function mix(drawing: PageDrawing, states: ReadonlyMap<string, unknown>): void {
  const { pen } = drawing;
  const isOpaque = states.has('ca') ? states.get('ca') === 1 : pen.isOpaque;
  const isOver = (states.get('BM') ?? 'source-over') === 'source-over';
  drawing.pen = { ...pen, isOpaque: isOpaque && isOver };
}

function paint({ marks, pen }: PageDrawing, box: readonly number[], colour: string): void {
  const [x, y, right, high] = boxUnder(pen.ctm, box);
  const pad = colour === '' ? thickest : 0;
  const at = { x: x - pad, y: y - pad, to: [right + pad, high + pad] as const };
  marks.push({ ...at, size: 0, letters: 0, pen: { ...pen, colour } });
}

function write(drawing: PageDrawing, name: string, args: readonly unknown[]): void {
  const [x = 0, y = 0] = args.map(Number);
  const { pen, line, leading } = drawing;
  const begin = (matrix: Matrix) => Object.assign(drawing, { line: matrix, along: 0 });
  if (name === 'setTextRenderingMode') drawing.pen = { ...pen, mode: x };
  if (name === 'beginText') begin(none);
  if (name === 'setTextMatrix') begin(numbersIn(args[0]));
  if (name === 'setLeading') drawing.leading = -x;
  if (name === 'setLeadingMoveText') drawing.leading = y;
  if (/[mM]oveText$/.test(name)) begin(product(line, [1, 0, 0, 1, x, y]));
  if (name === 'nextLine') begin(product(line, [1, 0, 0, 1, 0, leading]));
  if (name === 'showText') show(drawing, args);
}

function show(drawing: PageDrawing, args: readonly unknown[]): void {
  const { pen, line, along, marks } = drawing;
  const within = [1, 0, 0, 1, along + 0.2 * pen.size, 0.25 * pen.size];
  const [, , c = 0, d = 0, x = 0, y = 0] = product(pen.ctm, product(line, within));
  const letters = lettersOf(args).replace(/\s/g, '').length;
  marks.push({ x, y, letters, pen, size: Math.abs(pen.size) * Math.hypot(c, d) });
  for (const glyph of args[0] as readonly unknown[]) {
    const width = typeof glyph === 'number' ? -glyph : Number(Object(glyph).width ?? 0);
    drawing.along += width * 0.001 * pen.size;
  }
}

function product(a: Matrix, b: Matrix): Matrix {
  const [p = 1, q = 0, r = 0, s = 1, t = 0, u = 0] = a;
  const [g = 1, h = 0, i = 0, j = 1, k = 0, l = 0] = b;
  return [
    ...[p * g + r * h, q * g + s * h, p * i + r * j, q * i + s * j],
    ...[p * k + r * l + t, q * k + s * l + u],
  ];
}
