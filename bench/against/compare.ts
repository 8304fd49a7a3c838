import { gatewaySide, openUpstream } from './gateway-side.ts';
import type { OperationName } from './operation-child.ts';
import { operationSide } from './operation-side.ts';
import { type Block, type OpenedPair, processorRatio, type Ratio, rateRatio } from './ratio.ts';
import type { Measure, Side } from './side.ts';
import { type Tree, treeOf, workingTree } from './tree.ts';

const turns = 6;

/** What can be compared with another commit. */
export type ComparedName = 'gateway' | OperationName;

export const comparedNames: readonly ComparedName[] = [
  'gateway',
  'ask',
  'journal',
  'router',
  'minions',
];

/** A ratio and whether its whole interval is on the right side of its bound. */
export interface Verdict extends Ratio {
  readonly bound: string;
  readonly holds: boolean;
}

/** What the comparison of two trees found. */
export interface Comparison {
  readonly bench: ComparedName;
  readonly old: string;
  readonly new: string;
  readonly blocks: number;
  readonly verdicts: readonly Verdict[];
}

interface Wanted {
  /** The commit; absent where this tree is compared with itself while a page follows it. */
  readonly ref?: string;
  readonly blocks: number;
  /** After so many the block that was begun is the last one, from the second on. */
  readonly minutes?: number;
}

/**
 * Compares the working tree with another commit, or with itself while a page follows it: new
 * processes of both in each block, measured in turns.
 */
export async function compare(
  bench: ComparedName,
  { ref, blocks, minutes = Infinity }: Wanted,
): Promise<Comparison> {
  const newer = workingTree();
  const older = ref === undefined ? { ...newer, name: 'old' as const } : treeOf(ref);
  try {
    const endsAt = performance.now() + minutes * 60_000;
    const isFollowed = ref === undefined;
    const found = await takeBlocks(bench, { older, newer, blocks, endsAt, isFollowed });
    return {
      bench,
      old: older.commit,
      new: isFollowed ? `${newer.commit}, a page follows` : newer.commit,
      blocks: found.length,
      verdicts: verdictsOf(bench, found, isFollowed),
    };
  } finally {
    older.close();
  }
}

/** Judges by the whole interval, never by the median alone. */
export function verdictsOf(
  bench: ComparedName,
  blocks: readonly Block[],
  isFollowed = false,
): Verdict[] {
  const isGateway = bench === 'gateway';
  const time = processorRatio(blocks, isGateway ? 'request' : 'operation');
  const verdict = {
    ...time,
    bound: 'the interval ends below 1.05',
    holds: time.interval.high < 1.05,
  };
  // A browser on the same machine takes what the rate would need.
  if (!isGateway || isFollowed) return [verdict];
  const rate = rateRatio(blocks, 'requests');
  return [
    verdict,
    { ...rate, bound: 'the interval begins above 0.95', holds: rate.interval.low > 0.95 },
  ];
}

/** Writes a comparison for a reader. */
export function shownComparison({ bench, old, new: now, blocks, verdicts }: Comparison): string {
  const lines = verdicts.map(({ what, median, interval, unit, bound, holds, ...each }) => {
    const sides = `${figure(each.old)} → ${figure(each.new)} ${unit}`;
    const { low, high } = interval;
    const between = `${median.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
    return `  ${what.padEnd(34)} ${between}  ${sides}  (${bound}: ${holds ? 'ok' : 'MISSED'})`;
  });
  return [
    `${bench}: ${now}, to ${old}; medians of ${blocks} paired blocks, 95 % intervals`,
    ...lines,
  ].join('\n');
}

interface Field {
  readonly older: Tree;
  readonly newer: Tree;
  readonly blocks: number;
  readonly isFollowed: boolean;
  /** By the clock of `performance.now()`. */
  readonly endsAt: number;
}

async function takeBlocks(
  bench: ComparedName,
  { older, newer, blocks, endsAt, isFollowed }: Field,
): Promise<Block[]> {
  const upstream = bench === 'gateway' ? await openUpstream() : undefined;
  const open = (tree: Tree): Promise<Side> =>
    upstream
      ? gatewaySide(tree, upstream, isFollowed ? { isOpen: tree === newer } : undefined)
      : operationSide(tree, bench as OperationName);
  const taken: Block[] = [];
  try {
    for (let n = 0; n < blocks && (n < 2 || performance.now() < endsAt); n++) {
      taken.push([await openPair(open, [older, newer]), await openPair(open, [newer, older])]);
      const done = `${bench}: block ${n + 1} of ${blocks}`;
      process.stderr.write(process.stderr.isTTY ? `\r${done} ` : `${done}\n`);
    }
  } finally {
    await upstream?.close();
  }
  if (process.stderr.isTTY) process.stderr.write('\n');
  return taken;
}

async function openPair(
  open: (tree: Tree) => Promise<Side>,
  trees: readonly Tree[],
): Promise<OpenedPair> {
  const sides: Side[] = [];
  try {
    for (const tree of trees) sides.push(await open(tree));
    const taken: Record<Tree['name'], Measure[]> = { old: [], new: [] };
    for (let turn = 0; turn < turns; turn++) {
      // A B, B A, A B: what changes slowly on the machine, or between the processes, falls on both
      // alike.
      for (const index of turn % 2 === 0 ? [0, 1] : [1, 0]) {
        taken[trees[index]!.name].push(await sides[index]!.measure());
      }
    }
    return taken;
  } finally {
    await Promise.all(sides.map(side => side.close()));
  }
}

function figure(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
