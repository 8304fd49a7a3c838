import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly models: readonly {
    readonly file: string;
    readonly bytes: number;
    readonly sha256: string;
  }[];
}

describe('the manifest of the toy models', () => {
  it('names every file with its size and hash', () => {
    const { models } = JSON.parse(readFileSync('models/manifest.json', 'utf8')) as Manifest;
    expect(models.map(({ file }) => file)).toEqual(
      readdirSync('models').filter(file => file.endsWith('.gguf')),
    );
    for (const { file, bytes, sha256 } of models) {
      const data = readFileSync(`models/${file}`);
      expect([data.length, createHash('sha256').update(data).digest('hex')]).toEqual([
        bytes,
        sha256,
      ]);
    }
  });
});
