import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { servedEmbedding } from '../../../src/entries/backends.ts';
import { embedPrompts, type OutcomeRow, type RouterTraining } from '../../../src/entries/eval.ts';
import { run } from '../../../src/index.ts';
import { type Invocation, wrongUse } from '../command.ts';
import { readConfig } from '../workspace.ts';

/** The flag that names an embedder, for commands that read vectors. */
export const embedderOption = {
  embedder: {
    type: 'string',
    value: 'NAME|MODEL@URL',
    help: 'the embedding model: of `gateway.embeddings`, or such as e5@http://127.0.0.1:8080/v1',
  },
} as const;

/**
 * Embeds the prompts of rows by the model of `--embedder`. Vectors are kept in a file, by hashes
 * of prompts, so that each is embedded once and a run that was ended goes on. @throws TandemError
 */
export async function vectorsOf(
  invocation: Invocation,
  rows: readonly OutcomeRow[],
  { file, bar }: { file: string; bar: (share: number, what: string) => void },
): Promise<NonNullable<RouterTraining['vectors']>> {
  const { config, embedder: given } = await embedderOf(invocation);
  const prompts = rows.map(({ prompt }) => prompt);
  const keyOf = (prompt: string) =>
    createHash('sha256').update(`${given.model}\n${prompt}`).digest('base64').slice(0, 22);
  const kept = readVectors(file);
  const known = new Map<string, Float32Array>();
  for (const prompt of prompts) {
    const vector = kept.get(keyOf(prompt));
    if (vector) known.set(prompt, vector);
  }
  const embedder = await run({ mode: config.privacy?.mode ?? 'cloud-allowed' }, () =>
    embedPrompts(prompts, {
      embedder: given,
      known,
      signal: invocation.signal,
      onVector(prompt, vector) {
        const text = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
        appendFileSync(file, `${keyOf(prompt)} ${text.toString('base64')}\n`);
        bar(known.size / prompts.length, 'embedding');
      },
    }),
  );
  return { embedder, of: known };
}

// A last line that was cut short is no vector.
function readVectors(file: string): Map<string, Float32Array> {
  const found = new Map<string, Float32Array>();
  if (!existsSync(file)) return found;
  for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
    const [key = '', text = ''] = line.split(' ');
    found.set(key, new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer));
  }
  return found;
}

async function embedderOf(invocation: Invocation) {
  const config = await readConfig(invocation);
  const named = String(invocation.options.embedder ?? '');
  const { embeddings = {} } = (config.gateway ?? {}) as { embeddings?: Record<string, unknown> };
  const configured = Object.hasOwn(embeddings, named) ? embeddings[named] : undefined;
  const at = named.lastIndexOf('@');
  const written = { model: named.slice(0, Math.max(0, at)), endpoint: named.slice(at + 1) };
  const read = servedEmbedding.safeParse(configured ?? written);
  if (read.success) return { config, embedder: read.data };
  throw wrongUse(
    `\`--embedder\` is "${named}".`,
    'Name one of `gateway.embeddings`, or write MODEL@URL, such as e5@http://127.0.0.1:8080/v1.',
  );
}
