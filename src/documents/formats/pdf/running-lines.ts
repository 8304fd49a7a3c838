import type { Line } from './lines.ts';
import { textOfLine } from './lines.ts';

/** A page whose running head and feet stand apart from its body. */
export interface SetPage {
  readonly head: readonly Line[];
  readonly body: readonly Line[];
  readonly foot: readonly Line[];
}

const fewestPages = 3;
// Heads and feet of so many lines are looked for.
const edge = 2;

/** Sets the heads and feet that run through the pages apart from what they would cut in two. */
export function setApart(pages: readonly (readonly Line[])[]): SetPage[] {
  const counts = new Map<string, number>();
  const edges = pages.map(edgesOf);
  for (const [index, { top, bottom }] of edges.entries())
    for (const key of new Set([...top, ...bottom].map(line => keyOf(line, index))))
      counts.set(key, (counts.get(key) ?? 0) + 1);
  const least = Math.max(fewestPages, 0.2 * pages.length);
  const runs = (line: Line, index: number) => (counts.get(keyOf(line, index)) ?? 0) >= least;
  return pages.map((lines, index) => {
    const { top, bottom } = edges[index]!;
    const head = top.filter(line => runs(line, index));
    const foot = bottom.filter(line => runs(line, index) && !head.includes(line));
    return { head, foot, body: lines.filter(line => !head.includes(line) && !foot.includes(line)) };
  });
}

function edgesOf(lines: readonly Line[]): { top: Line[]; bottom: Line[] } {
  const sorted = [...lines].sort((a, b) => b.y - a.y);
  return {
    top: sorted.slice(0, edge),
    bottom: sorted.slice(-edge).filter(line => !sorted.slice(0, edge).includes(line)),
  };
}

const mostOffset = 60;

// The same words at the same height; a number that counts on with the pages is the page's own.
function keyOf(line: Line, index: number): string {
  const words = textOfLine(line).replace(/\d+/g, number => {
    const offset = Number(number) - index;
    return Math.abs(offset) <= mostOffset ? `#${offset}` : number;
  });
  return `${Math.round(line.y / 4)} ${words.replace(/^[ivxlc]+$/i, '#')}`;
}
