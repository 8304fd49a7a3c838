import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What the reader of PDF asks for by kind and name. */
interface AskedData {
  readonly kind: string;
  readonly filename: string;
}

let opened: Promise<Uint8Array> | undefined;

/**
 * Brings the reader of PDF the character maps that fonts of Chinese, Japanese and Korean name
 * without holding them. They lie beside the code, and nothing is fetched.
 */
export class CharacterMaps {
  /** @throws Error for what is no character map; the reader then goes without it */
  async fetch({ kind, filename }: AskedData): Promise<Uint8Array> {
    if (kind !== 'cMapUrl') throw new TypeError(`There is no ${filename} here.`);
    opened ??= readFile(pathOfMaps());
    const { unzipSync } = await import('fflate');
    const found = unzipSync(await opened, { filter: ({ name }) => name === filename })[filename];
    if (!found) throw new TypeError(`There is no character map ${filename}.`);
    return found;
  }
}

// From the sources and from the bundle it lies at another depth.
function pathOfMaps(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const path = join(folder, 'models', 'character-maps.zip');
    if (existsSync(path) || folder === dirname(folder)) return path;
    folder = dirname(folder);
  }
}
