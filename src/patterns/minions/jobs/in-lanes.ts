/**
 * Runs groups of work side by side, in so many lanes. A lane takes a group and does its work piece
 * by piece, so that what follows finds what was made before (a chunk's prefix in an engine's
 * cache); a lane without a group of its own helps where most is left. Results come in the order of
 * the work. The first failure ends all.
 */
export async function inLanes<T>(
  groups: readonly (readonly (() => Promise<T>)[])[],
  lanes: number,
): Promise<T[][]> {
  const results: T[][] = groups.map(group => new Array<T>(group.length));
  const next = groups.map(() => 0);
  let opened = 0;
  let isOver = false;
  const left = (index: number) => groups[index]!.length - next[index]!;
  const mostLeft = () =>
    groups.reduce((most, _, index) => (most < 0 || left(index) > left(most) ? index : most), -1);
  const groupFor = (own: number) => {
    if (own >= 0 && left(own) > 0) return own;
    return opened < groups.length ? opened++ : mostLeft();
  };
  const work = async () => {
    let own = -1;
    while (!isOver) {
      own = groupFor(own);
      if (left(own) === 0) return;
      const piece = next[own]!++;
      try {
        results[own]![piece] = await groups[own]![piece]!();
      } catch (error) {
        isOver = true;
        throw error;
      }
    }
  };
  await Promise.all(
    Array.from(
      {
        length: Math.min(
          lanes,
          groups.reduce((sum, { length }) => sum + length, 0),
        ),
      },
      work,
    ),
  );
  return results;
}
