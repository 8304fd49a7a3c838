import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { shownComparison, verdictsOf } from './compare.ts';
import { namesOf } from './names.ts';
import { operationSide } from './operation-side.ts';
import { type Block, processorRatio, weightedMedian } from './ratio.ts';
import { treeOf, workingTree } from './tree.ts';

/** Blocks in which the new side takes `factor` times as long, more or less by `noise`. */
function blocksOf(factor: number, noise: number): Block[] {
  return Array.from({ length: 30 }, (_, n) => {
    const machine = 1 + (n % 7) / 3;
    const measure = (times: number) => [
      { processorMs: 100 * machine * times, wallMs: 1000 * times, count: 1000 },
      { processorMs: 110 * machine * times, wallMs: 1000 * times, count: 1000 },
    ];
    const times = factor * (1 + noise * ((n % 5) - 2));
    // Whichever was opened first is slow.
    return [
      { old: measure(1.3), new: measure(times) },
      { old: measure(1), new: measure(1.3 * times) },
    ] as const;
  });
}

describe('comparing with another commit', () => {
  it('takes the ratio block by block, so a machine that is slow for a while does not count', () => {
    const ratio = processorRatio(blocksOf(1.2, 0), 'request');
    expect(ratio.median).toBeCloseTo(1.2);
    expect(ratio.interval).toEqual({ low: expect.closeTo(1.2), high: expect.closeTo(1.2) });
  });

  it('judges by the whole interval: the same speed holds, what may be slower does not', () => {
    expect(verdictsOf('gateway', blocksOf(1, 0.01)).map(({ holds }) => holds)).toEqual([
      true,
      true,
    ]);
    expect(verdictsOf('gateway', blocksOf(1.1, 0.01)).map(({ holds }) => holds)).toEqual([
      false,
      false,
    ]);
    const [unsure] = verdictsOf('ask', blocksOf(1.01, 0.08));
    expect(unsure!.median).toBeLessThan(1.05);
    expect(unsure!.holds).toBe(false);
  });

  it('shows both sides, the ratio with its interval and its bound', () => {
    const verdicts = verdictsOf('router', blocksOf(1, 0));
    const shown = shownComparison({
      bench: 'router',
      old: 'abc',
      new: 'def',
      blocks: 30,
      verdicts,
    });
    expect(shown).toContain('router: def, to abc; medians of 30 paired blocks');
    expect(shown).toContain('1.000 (1.000 to 1.000)');
    expect(shown).toContain('the interval ends below 1.05: ok');
  });

  it('finds medians of values that count more than once, or not at all', () => {
    expect(weightedMedian([3, 1, 2])).toBe(2);
    expect(weightedMedian([1, 2, 3, 4])).toBe(2.5);
    expect(weightedMedian([1, 2, 3], [0, 1, 4])).toBe(3);
  });

  it('checks a commit out with the packages of this tree, and takes it away again', () => {
    const tree = treeOf('HEAD');
    expect(existsSync(`${tree.folder}/node_modules/vitest`)).toBe(true);
    tree.close();
    expect(existsSync(tree.folder)).toBe(false);
    expect(() => treeOf('no-such-ref')).toThrow();
  });

  it('takes public names from a tree, and says which is not there', async () => {
    const { run, userCall } = await namesOf(process.cwd(), ['run', 'userCall']);
    expect([typeof run, typeof userCall]).toEqual(['function', 'function']);
    await expect(namesOf(process.cwd(), ['noSuchName' as 'run'])).rejects.toThrow(
      'has the name "noSuchName"',
    );
  });

  it('measures processor time of an operation in a process of its own', async () => {
    const side = await operationSide(workingTree(), 'router');
    const { processorMs, wallMs, count } = await side.measure();
    await side.close();
    expect(count).toBeGreaterThan(100);
    expect(processorMs).toBeGreaterThan(1);
    expect(wallMs).toBeGreaterThan(1);
  });
});
