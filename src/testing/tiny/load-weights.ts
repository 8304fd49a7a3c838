import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { TandemError } from '../../model/errors.ts';
import { requireRegularFile } from '../../model/regular-file.ts';
import { byteTokenizer, type Tokenizer } from './byte-tokenizer.ts';
import { modelShape } from './model-shape.ts';
import { readGguf } from './read-gguf.ts';
import { tokenTree } from './token-tree.ts';
import { transformerOf } from './transformer.ts';

/** A model in memory. Calls share it: what it holds is a function of the weights alone. */
export interface LoadedModel {
  readonly name: string;
  readonly contextTokens: number;
  readonly tokenizer: Tokenizer;
  readonly tree: ReturnType<typeof tokenTree>;
}

const loadedByPath = new Map<string, LoadedModel>();

/** Loads a model file, once for each path. @throws TandemError `invalid_argument` */
export function loadFile(path: string): LoadedModel {
  const known = loadedByPath.get(path);
  if (known) return known;
  const file = basename(path);
  const loaded = loadWeights(readBytes(path, file), file);
  loadedByPath.set(path, loaded);
  return loaded;
}

/** Makes a model of the bytes of a GGUF file. @throws TandemError `invalid_argument` */
export function loadWeights(bytes: Uint8Array, file: string): LoadedModel {
  const gguf = readGguf(bytes, file);
  const shape = modelShape(gguf, file);
  return {
    name: file.replace(/(-q8_0)?\.gguf$/i, ''),
    contextTokens: shape.contextTokens,
    tokenizer: byteTokenizer(
      strings(gguf.values.get('tokenizer.ggml.tokens')),
      strings(gguf.values.get('tokenizer.ggml.merges')),
    ),
    tree: tokenTree(transformerOf(shape)),
  };
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function readBytes(path: string, name: string): Buffer {
  try {
    requireRegularFile(path);
    return readFileSync(path);
  } catch (error) {
    if (TandemError.isInstance(error)) throw error;
    const why = (error as NodeJS.ErrnoException).code ?? 'unknown';
    throw new TandemError(
      'invalid_argument',
      `The model file "${name}" cannot be opened (${why}). Check the path.`,
      {
        cause: error,
        data: { file: name },
      },
    );
  }
}
