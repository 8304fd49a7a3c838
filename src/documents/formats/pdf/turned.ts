import type { TextItem } from './fragments.ts';
import type { Line } from './lines.ts';

/** Quarter turns to the left that the text of a page is written in. */
export type Turn = 0 | 1 | 2 | 3;

type Point = readonly [x: number, y: number];

const turned: readonly ((x: number, y: number) => Point)[] = [
  (x, y) => [x, y],
  (x, y) => [y, -x],
  (x, y) => [-x, -y],
  (x, y) => [-y, x],
];

function turnOf({ transform: [a = 1, b = 0] }: TextItem): Turn {
  if (Math.abs(a) >= Math.abs(b)) return a < 0 ? 2 : 0;
  return b > 0 ? 1 : 3;
}

/** How most of the text of a page is turned, such as that of a wide table on a high page. */
export function turnOfMost(items: readonly TextItem[]): Turn {
  const letters = [0, 0, 0, 0];
  for (const item of items) letters[turnOf(item)]! += item.str.trim().length;
  const all = letters.reduce((sum, each) => sum + each, 0);
  return Math.max(
    0,
    letters.findIndex(each => each > 0.6 * all),
  ) as Turn;
}

/** Lays the items of a page as they are read. */
export function upright(items: readonly TextItem[], turn: Turn): readonly TextItem[] {
  if (turn === 0) return items;
  const lay = turned[turn]!;
  return items.map(item => {
    const [a = 1, b = 0, c = 0, d = 0, x = 0, y = 0] = item.transform;
    return { ...item, transform: [...lay(a, b), ...lay(c, d), ...lay(x, y)] };
  });
}

/** The box of an annotation on a page that is laid as it is read. */
export function uprightBox(rect: readonly number[], turn: Turn): number[] {
  const [left = 0, low = 0, right = 0, high = 0] = rect;
  const [[x, y], [u, v]] = [turned[turn]!(left, low), turned[turn]!(right, high)];
  return [Math.min(x, u), Math.min(y, v), Math.max(x, u), Math.max(y, v)];
}

/** Where a line stands on the page as the file has it. */
export function boxOnPage({ x, y, right, size, top = y }: Line, turn: Turn): number[] {
  return uprightBox([x, y, right, top + size], ((4 - turn) % 4) as Turn);
}
