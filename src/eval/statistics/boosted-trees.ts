/**
 * Trees of one depth whose values are added. Node n of a tree has the children 2n and 2n + 1; its
 * root is 1.
 */
export interface BoostedTrees {
  readonly depth: number;
  /** What is predicted before any tree. */
  readonly base: number;
  /** For each node of each tree, by `tree * 2 ** depth + node`: the input that is compared. */
  readonly inputs: Int16Array;
  /** Inputs from this value on go right; infinite of nodes that do not part. */
  readonly limits: Float64Array;
  /** For each leaf of each tree, from left to right: what it adds. */
  readonly values: Float64Array;
}

/** How trees are fitted. */
export interface BoostOptions {
  readonly trees: number;
  /** Decisions from root to leaf. */
  readonly depth: number;
  /** Share of a leaf's mean that is taken, 0..1. */
  readonly rate: number;
  /** Rows that a leaf needs. */
  readonly leastRows: number;
  /** Rows of residual 0 that are added to every leaf. */
  readonly shrinkage: number;
  /** Share of the rows, and of the inputs, that each tree sees, 0..1. */
  readonly rowShare: number;
  readonly inputShare: number;
  /** Gives numbers from 0 (included) to 1 (excluded). */
  readonly random: () => number;
}

const mostBins = 32;

/**
 * Fits boosted regression trees to targets by least squares (stochastic gradient boosting,
 * Friedman, 2002), over inputs put into up to 32 bins of equally many rows.
 */
export function fitTrees(
  rows: readonly ArrayLike<number>[],
  targets: ArrayLike<number>,
  options: BoostOptions,
): BoostedTrees {
  const { trees, depth } = options;
  const nodes = 2 ** depth;
  const base = meanOf(targets);
  const fitted: Fitted = {
    columns: Array.from(rows[0]!, (_, input) => columnOf(rows, input)),
    residuals: Float64Array.from(targets, target => target - base),
    nodeOf: new Int32Array(rows.length),
  };
  const inputs = new Int16Array(trees * nodes);
  const limits = new Float64Array(trees * nodes).fill(Number.POSITIVE_INFINITY);
  const values = new Float64Array(trees * nodes);
  for (let tree = 0; tree < trees; tree++) {
    const from = tree * nodes;
    const made = {
      inputs: inputs.subarray(from, from + nodes),
      limits: limits.subarray(from, from + nodes),
      values: values.subarray(from, from + nodes),
    };
    growTree(fitted, made, options);
  }
  return { depth, base, inputs, limits, values };
}

/** Adds up what the trees say of one row. */
export function treesValue(
  { depth, base, inputs, limits, values }: BoostedTrees,
  row: ArrayLike<number>,
): number {
  const nodes = 2 ** depth;
  let sum = base;
  // Numbers take the place of branches, which nobody could predict; trees of three decisions, as
  // routers have them, are unrolled.
  for (let from = 0; depth === 3 && from < values.length; from += 8) {
    let node = 2 + +(row[inputs[from + 1]!]! >= limits[from + 1]!);
    node = 2 * node + +(row[inputs[from + node]!]! >= limits[from + node]!);
    node = 2 * node + +(row[inputs[from + node]!]! >= limits[from + node]!);
    sum += values[from + node - 8]!;
  }
  for (let from = 0; depth !== 3 && from < values.length; from += nodes) {
    let node = 1;
    for (let level = 0; level < depth; level++)
      node = 2 * node + +(row[inputs[from + node]!]! >= limits[from + node]!);
    sum += values[from + node - nodes]!;
  }
  return sum;
}

interface Column {
  /** Bin of each row: how many of the edges it reaches. */
  readonly bins: Uint8Array;
  readonly edges: readonly number[];
}

interface Fitted {
  readonly columns: readonly Column[];
  /** What is left to explain of each row. */
  readonly residuals: Float64Array;
  readonly nodeOf: Int32Array;
}

type Tree = Pick<BoostedTrees, 'inputs' | 'limits' | 'values'>;

function columnOf(rows: readonly ArrayLike<number>[], input: number): Column {
  const sorted = Float64Array.from(rows, row => row[input]!).sort();
  const edges: number[] = [];
  for (let bin = 1; bin < mostBins; bin++) {
    const reached = sorted[Math.floor((bin * sorted.length) / mostBins)]!;
    const first = sorted.indexOf(reached);
    // Half-way to the value before, so that rounding moves no row to the other side.
    const edge = first === 0 ? sorted[0]! : (sorted[first - 1]! + reached) / 2;
    if (edge > (edges.at(-1) ?? sorted[0]!)) edges.push(edge);
  }
  const bins = Uint8Array.from(rows, row => {
    let bin = 0;
    while (bin < edges.length && row[input]! >= edges[bin]!) bin++;
    return bin;
  });
  return { bins, edges };
}

function growTree(fitted: Fitted, tree: Tree, options: BoostOptions): void {
  const { residuals, nodeOf, columns } = fitted;
  const { depth, random, rowShare, inputShare, rate, shrinkage } = options;
  const drawn = Int32Array.from(residuals.keys()).filter(() => random() < rowShare);
  const tried = columns.map((_, input) => input).filter(() => random() < inputShare);
  nodeOf.fill(1);
  for (let level = 0; level < depth; level++) {
    const found = bestSplits(fitted, { drawn, tried, level }, options);
    for (const [index, { input, bin }] of found.entries()) {
      if (input < 0) continue;
      tree.inputs[2 ** level + index] = input;
      tree.limits[2 ** level + index] = columns[input]!.edges[bin]!;
    }
    for (let row = 0; row < nodeOf.length; row++) {
      const { input, bin } = found[nodeOf[row]! - 2 ** level]!;
      nodeOf[row] = 2 * nodeOf[row]! + (input >= 0 && columns[input]!.bins[row]! > bin ? 1 : 0);
    }
  }
  const leaves = tree.values.length;
  const counts = new Float64Array(leaves);
  for (const row of drawn) {
    tree.values[nodeOf[row]! - leaves]! += residuals[row]!;
    counts[nodeOf[row]! - leaves]! += 1;
  }
  for (let leaf = 0; leaf < leaves; leaf++)
    tree.values[leaf]! *= rate / (counts[leaf]! + shrinkage);
  for (let row = 0; row < nodeOf.length; row++)
    residuals[row]! -= tree.values[nodeOf[row]! - leaves]!;
}

interface Split {
  readonly input: number;
  /** Rows up to this bin go left. */
  readonly bin: number;
}

interface Level {
  readonly drawn: Int32Array;
  readonly tried: readonly number[];
  readonly level: number;
}

// One histogram of residuals for every node of the level, input by input.
function bestSplits(
  { columns, residuals, nodeOf }: Fitted,
  { drawn, tried, level }: Level,
  options: BoostOptions,
) {
  const first = 2 ** level;
  const found: (Split & { gain: number })[] = Array.from({ length: first }, () => ({
    input: -1,
    bin: 0,
    gain: 1e-12,
  }));
  const sums = new Float64Array(first * mostBins);
  const counts = new Float64Array(first * mostBins);
  for (const input of tried) {
    const { bins, edges } = columns[input]!;
    if (edges.length === 0) continue;
    sums.fill(0);
    counts.fill(0);
    for (const row of drawn) {
      const at = (nodeOf[row]! - first) * mostBins + bins[row]!;
      sums[at]! += residuals[row]!;
      counts[at]! += 1;
    }
    for (let node = 0; node < first; node++) {
      const from = node * mostBins;
      const histogram = {
        sums: sums.subarray(from, from + mostBins),
        counts: counts.subarray(from, from + mostBins),
      };
      const best = bestBin(histogram, edges.length, options);
      if (best.gain > found[node]!.gain) found[node] = { input, ...best };
    }
  }
  return found;
}

function bestBin(
  { sums, counts }: { readonly sums: Float64Array; readonly counts: Float64Array },
  edges: number,
  { leastRows, shrinkage }: BoostOptions,
): { bin: number; gain: number } {
  let [sum, count] = [0, 0];
  for (let bin = 0; bin <= edges; bin++) {
    sum += sums[bin]!;
    count += counts[bin]!;
  }
  const together = sum ** 2 / (count + shrinkage);
  let [left, rows] = [0, 0];
  const best = { bin: 0, gain: 0 };
  for (let bin = 0; bin < edges; bin++) {
    left += sums[bin]!;
    rows += counts[bin]!;
    if (rows < leastRows || count - rows < leastRows) continue;
    const gain =
      left ** 2 / (rows + shrinkage) + (sum - left) ** 2 / (count - rows + shrinkage) - together;
    if (gain > best.gain) {
      best.bin = bin;
      best.gain = gain;
    }
  }
  return best;
}

function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]!;
  return sum / values.length;
}
