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
const edge = 3;

/** Sets the heads and feet that run through the pages apart from what they would cut in two. */
export function setApart(pages: readonly (readonly Line[])[]): SetPage[] {
  const counts = new Map<string, number>();
  const edges = pages.map(edgesOf);
  for (const { top, bottom } of edges)
    for (const key of new Set([...top, ...bottom].map(keyOf)))
      counts.set(key, (counts.get(key) ?? 0) + 1);
  const least = Math.max(fewestPages, 0.2 * pages.length);
  const runs = (line: Line) => (counts.get(keyOf(line)) ?? 0) >= least;
  return pages.map((lines, index) => {
    const { top, bottom } = edges[index]!;
    const head = top.filter(runs);
    const foot = bottom.filter(line => runs(line) && !head.includes(line));
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

// The same words at the same height; numbers of pages differ.
function keyOf(line: Line): string {
  return `${Math.round(line.y / 4)} ${textOfLine(line).replace(/\d+|\b[ivxlc]+\b/gi, '#')}`;
}
