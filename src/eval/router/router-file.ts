import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { TandemError } from '../../model/errors.ts';
import type { OfSchema } from '../../model/of-schema.ts';
import { readRegularFile } from '../../model/regular-file.ts';
import type { BoostedTrees } from '../statistics/boosted-trees.ts';
import { countedNames, gramBuckets, wordBuckets } from './prompt-features.ts';
import type { Head } from './router-model.ts';
import {
  type packedHead,
  type packedTrees,
  type RouterFile,
  type RouterWeights,
  routerFile,
  routerFileVersion,
} from './router-weights.ts';

type PackedHead = OfSchema<typeof packedHead>;
type PackedTrees = OfSchema<typeof packedTrees>;

/**
 * Writes a weights file whole or not at all: weights of grams as whole numbers −127..127 times one
 * step, base 64.
 * @example
 * ```ts
 * writeRouterFile('weights.json', fitRouter(log, { date: '2030-01-31' }).weights);
 * ```
 */
export function writeRouterFile(path: string, weights: RouterWeights): void {
  const beside = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    writeFileSync(beside, serializeRouter(weights));
    renameSync(beside, path);
  } catch (cause) {
    if (existsSync(beside)) rmSync(beside);
    throw new TandemError(
      'invalid_argument',
      `The weights file "${path}" cannot be written. Check the folder.`,
      {
        cause,
      },
    );
  }
}

/** Gives the text of a weights file. */
export function serializeRouter(weights: RouterWeights): string {
  const { pair, training, thresholds, reference, knownFrom, model, correction } = weights;
  const { scaling, embedder } = model;
  const file: RouterFile = {
    kind: 'tandem-router',
    version: routerFileVersion,
    pair,
    training: { ...training },
    thresholds,
    reference: {
      cloudShare: reference.cloudShare,
      levels: reference.levels.map(rounded),
      held: reference.held,
      spreads: Object.fromEntries(
        Object.entries(reference.spreads).map(([name, { edges, shares }]) => [
          name,
          { edges: edges.map(rounded), shares: shares.map(rounded) },
        ]),
      ),
    },
    correction,
    slack: model.slack,
    ...(scaling && {
      scaling: { mean: scaling.mean.map(rounded), deviation: scaling.deviation.map(rounded) },
    }),
    ...(embedder && { embedder }),
    knownFrom,
    knownWords: Buffer.from(packBits(weights.knownWords)).toString('base64'),
    local: packHead(model.local),
    cloud: packHead(model.cloud),
  };
  return `${JSON.stringify(file, null, 1)}\n`;
}

/**
 * Reads a weights file. @throws TandemError `invalid_argument` for another format, version or
 * damaged file
 * @example
 * ```ts
 * const weights = readRouterFile('weights.json');
 * ```
 */
export function readRouterFile(path: string | URL): RouterWeights {
  let text: string;
  try {
    text = readRegularFile(path);
  } catch (cause) {
    if (TandemError.isInstance(cause)) throw cause;
    throw new TandemError(
      'invalid_argument',
      `The weights file "${path}" cannot be read. Check the path.`,
      { cause },
    );
  }
  return parseRouter(text, String(path));
}

/**
 * Reads the text of a weights file; `name` stands in errors. @throws TandemError `invalid_argument`
 */
export function parseRouter(text: string, name: string): RouterWeights {
  const file = checked(text, name);
  const { pair, training, thresholds, reference, correction, slack, knownFrom } = file;
  const { scaling, embedder } = file;
  const knownWords = unpackBits(Buffer.from(file.knownWords, 'base64'));
  const [local, cloud] = [unpackHead(file.local), unpackHead(file.cloud)];
  const size = embedder?.dimensions ?? gramBuckets;
  const isCut = knownWords.length !== wordBuckets || !isWhole(local, size) || !isWhole(cloud, size);
  if (isCut) throw unusable(name, 'its weights are cut short');
  const how = { ...(scaling && { scaling }), ...(embedder && { embedder }) };
  const model = { local, cloud, slack, ...how };
  return { pair, training, thresholds, reference, correction, knownFrom, knownWords, model };
}

function checked(text: string, name: string): RouterFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unusable(name, 'it is not JSON');
  }
  const { kind, version } = (value ?? {}) as { kind?: unknown; version?: unknown };
  if (kind !== 'tandem-router') throw unusable(name, 'it holds no router weights');
  if (version !== routerFileVersion) {
    throw unusable(
      name,
      `it is of version ${String(version)}, this library reads ${routerFileVersion}`,
    );
  }
  const parsed = routerFile().safeParse(value);
  if (parsed.success) return parsed.data;
  throw unusable(name, `it is damaged at "${parsed.error.issues[0]?.path.join('.')}"`);
}

function unusable(name: string, why: string): TandemError {
  return new TandemError(
    'invalid_argument',
    `The weights file "${name}" cannot be used: ${why}. Train it anew with \`tandem train router ` +
      'LOG --out FILE`.',
    { data: { file: name } },
  );
}

function packHead({ grams, dense, bias, trees: grown, platt: ownPlatt }: Head): PackedHead {
  const { bytes, step } = packBytes(grams);
  return {
    grams: bytes,
    step,
    ...(dense && { dense: dense.map(rounded) }),
    bias,
    ...(grown && { trees: packTrees(grown) }),
    platt: ownPlatt,
  };
}

function packBytes(numbers: ArrayLike<number>): { bytes: string; step: number } {
  let most = 0;
  for (let index = 0; index < numbers.length; index++)
    most = Math.max(most, Math.abs(numbers[index]!));
  const step = most === 0 ? 1 : most / 127;
  const packed = Int8Array.from({ length: numbers.length }, (_, index) =>
    Math.round(numbers[index]! / step),
  );
  return { bytes: Buffer.from(packed.buffer).toString('base64'), step };
}

function unpackBytes(text: string, step: number): Float32Array {
  return Float32Array.from(Buffer.from(text, 'base64'), byte => ((byte << 24) >> 24) * step);
}

function unpackHead({ grams, step, dense, bias, trees: packed, ...rest }: PackedHead): Head {
  return {
    grams: unpackBytes(grams, step),
    ...(dense && { dense }),
    bias,
    ...(packed && { trees: unpackTrees(packed) }),
    ...rest,
  };
}

function isWhole({ grams, trees: grown }: Head, size: number): boolean {
  if (grams.length !== size) return false;
  if (!grown) return true;
  const { depth, inputs, limits, values } = grown;
  const isGrown =
    inputs.length === limits.length &&
    limits.length === values.length &&
    values.length % 2 ** depth === 0;
  return isGrown && inputs.every(input => input < countedNames.length);
}

function packTrees({ depth, base, inputs, limits, values }: BoostedTrees): PackedTrees {
  const packed = (numbers: ArrayBufferView) =>
    Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64');
  return {
    depth,
    base,
    inputs: packed(Int8Array.from(inputs)),
    limits: packed(Float32Array.from(limits)),
    values: packed(Float32Array.from(values)),
  };
}

function unpackTrees({ depth, base, inputs, limits, values }: PackedTrees): BoostedTrees {
  const floats = (text: string) => {
    const bytes = Buffer.from(text, 'base64');
    return Float64Array.from({ length: Math.floor(bytes.length / 4) }, (_, index) =>
      bytes.readFloatLE(4 * index),
    );
  };
  // A byte of 255 is a node that does not part.
  const packed = Buffer.from(inputs, 'base64');
  const read = floats(limits);
  return {
    depth,
    base,
    inputs: Int16Array.from(packed, byte => (byte === 255 ? 0 : byte)),
    limits: read.map((limit, at) => (packed[at] === 255 ? Number.POSITIVE_INFINITY : limit)),
    values: floats(values),
  };
}

function packBits(flags: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(flags.length / 8);
  for (let index = 0; index < flags.length; index++)
    bytes[index >> 3]! |= (flags[index] ? 1 : 0) << (index & 7);
  return bytes;
}

function unpackBits(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(
    { length: bytes.length * 8 },
    (_, index) => (bytes[index >> 3]! >> (index & 7)) & 1,
  );
}

function rounded(value: number): number {
  return Number(value.toPrecision(6));
}
