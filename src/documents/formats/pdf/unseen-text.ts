import { type DrawnPage, lettersOf, type Operators } from './appearances.ts';

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
 * Tells whether a page holds text that nobody sees on it: in the colour of its ground, under a bar,
 * too small, or not drawn. Where most text is not drawn, a picture shows it. Of a page of very many
 * marks nothing is told.
 */
export async function hidesText(page: DrawnPage, operators: Operators): Promise<boolean> {
  const { fnArray, argsArray } = await page.getOperatorList({ annotationMode });
  const names = new Map(Object.entries(operators).map(([name, number]) => [number, name]));
  const pen = { ctm: none, colour: '#000000', isOpaque: true, mode: 0, size: 1 };
  const drawing: PageDrawing = { marks: [], saved: [], pen, line: none, along: 0, leading: 0 };
  const isFilled = (paints: unknown) => /fill/i.test(names.get(Number(paints)) ?? '');
  for (const [at, operator] of fnArray.entries()) {
    const name = names.get(operator) ?? '';
    const args = (argsArray[at] ?? []) as readonly unknown[];
    if (/Text|Line|Leading/.test(name)) write(drawing, name, args);
    else if (/^paint\w*Image|shading/.test(name)) paint(drawing, [0, 0, 1, 1], '');
    else if (name !== 'constructPath') change(drawing, name, args);
    else if (args[2])
      paint(drawing, numbersIn(args[2]), isFilled(args[0]) ? drawing.pen.colour : '');
  }
  return holdUnseen(drawing.marks);
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
  const [left = 0, low = 0, right = 0, high = 0] = box;
  const corners = [left, right].flatMap(x =>
    [low, high].map(y => product(pen.ctm, [1, 0, 0, 1, x, y])),
  );
  const [xs, ys] = [corners.map(each => each[4]!), corners.map(each => each[5]!)];
  const pad = colour === '' ? thickest : 0;
  const to = [Math.max(...xs) + pad, Math.max(...ys) + pad] as const;
  const at = { x: Math.min(...xs) - pad, y: Math.min(...ys) - pad, to };
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
