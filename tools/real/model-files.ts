import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A public model that the suite knows, as one file of weights. */
export interface KnownFile {
  /** Under which servers offer it. */
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
  readonly license: string;
  /** Where it was published. */
  readonly origin: string;
}

/** The models of the suite, from the smallest to the largest. */
export const knownFiles: readonly KnownFile[] = [
  {
    name: 'smollm2-135m',
    file: 'SmolLM2-135M-Instruct-Q4_1.gguf',
    sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
    license: 'Apache-2.0',
    origin: 'https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct',
  },
  {
    name: 'qwen2.5-coder-0.5b',
    file: 'Qwen2.5-Coder-0.5B-Instruct-Q4_K_M.gguf',
    sha256: '1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32',
    license: 'Apache-2.0',
    origin: 'https://huggingface.co/Qwen/Qwen2.5-Coder-0.5B-Instruct',
  },
  {
    name: 'qwen2.5-coder-1.5b',
    file: 'Qwen2.5-Coder-1.5B-Instruct-Q4_K_M.gguf',
    sha256: 'cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046',
    license: 'Apache-2.0',
    origin: 'https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct',
  },
];

/** A file of weights that is here. */
export interface ModelFile extends KnownFile {
  readonly path: string;
  readonly megabytes: number;
}

/** Finds the known files in a folder, from the smallest on, and tells those of another content. */
export async function findModelFiles(
  folder: string,
): Promise<{ files: ModelFile[]; problems: string[] }> {
  const files: ModelFile[] = [];
  const problems: string[] = [];
  for (const known of knownFiles) {
    const path = join(folder, known.file);
    if (!existsSync(path)) continue;
    if ((await sha256Of(path)) === known.sha256) {
      files.push({ ...known, path, megabytes: Math.round(statSync(path).size / 1e6) });
    } else problems.push(`${path} has another SHA-256 than ${known.sha256}; it is left out.`);
  }
  return { files, problems };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
