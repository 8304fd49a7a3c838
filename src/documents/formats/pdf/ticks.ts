import type { Fragment } from './fragments.ts';
import type { DrawnRule } from './ruled.ts';

/** Sets the boxes of a form, which are drawn and not written, before the words beside them. */
export function withTicks(
  fragments: readonly Fragment[],
  ticks: readonly { readonly box: DrawnRule; readonly text: string }[],
): Fragment[] {
  const written = [...fragments];
  for (const { box, text } of ticks) {
    const [x = 0, low = 0, right = 0, high = 0] = box;
    const beside = written.filter(
      each => each.y > low - 3 && each.y < high && !/^\[[ x]\]$/.test(each.text),
    );
    const next = beside.sort((a, b) => Number(a.x < x) - Number(b.x < x) || a.x - b.x)[0];
    if (!next || written.some(each => each.text === text && each.x === x && each.y === next.y))
      continue;
    const tick = { ...next, text, x, right, isSpaced: true, isRightToLeft: false };
    const both = next.x < x ? [next, tick] : [tick, { ...next, isSpaced: true }];
    written.splice(written.indexOf(next), 1, ...both);
  }
  return written;
}
