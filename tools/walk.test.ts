import { describe, expect, it } from 'vitest';
import { count, missedBy, shown, walkOnce } from './walk.ts';

describe('the walk', () => {
  const entered = [
    { path: 'src/model/leaf/ask.ts', calls: [1, 2] },
    { path: 'src/model/usage.ts', calls: [3] },
    { path: 'src/testing/double.ts', calls: [9] },
  ];

  it('counts files, those beside the leaf, functions and calls, and leaves the doubles out', () => {
    const walked = count('leaf', entered, 7);
    expect(walked).toMatchObject({
      files: 2,
      filesBesideLeaf: 1,
      functions: 3,
      calls: 6,
      depth: 7,
    });
    expect(shown(walked)).toContain(
      '2 files (1 beside src/model/leaf), 3 functions, 6 calls, 7 functions deep',
    );
  });

  it('says which figures are above their bounds, and nothing of a walk within them', () => {
    const wide = Array.from({ length: 200 }, (_, n) => ({
      path: `src/runs/file-${n}.ts`,
      calls: [1],
    }));
    expect(
      missedBy([
        count('leaf', wide, 0),
        count('leaf', entered, 0),
        count('cascade, plain', wide, 0),
      ]),
    ).toEqual([
      'one cloud leaf in a pattern, journaled and streamed: 200 files beside src/model/leaf, at ' +
        'most 18',
      'one cloud leaf in a pattern, journaled and streamed: 200 functions entered, at most 170',
    ]);
  });

  it('enters the same functions each time, the journal’s too, and sees who awaits a part', () => {
    const [first, second] = [walkOnce('leaf'), walkOnce('leaf')];
    // A timer of the store may fall into one of them.
    expect(Math.abs(first.functions - second.functions)).toBeLessThan(3);
    expect(first.functions).toBeGreaterThan(100);
    expect(first.filesBesideLeaf).toBeGreaterThan(walkOnce('cascade, plain').filesBesideLeaf);
    expect(first.depth).toBeGreaterThan(1);
  });
});
