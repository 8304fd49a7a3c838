import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearest } from '../../algorithms/nearest.ts';
import { TandemError } from '../../model/errors.ts';
import type { Scheme } from '../../model/spec.ts';
import { tinyModel } from './tiny-model.ts';

const ending = '-q8_0.gguf';

/** `tiny:hanoi-random-errors`, a toy model that comes along, or `tiny:./file.gguf`. */
export const tinyScheme: Scheme = {
  name: 'tiny',
  summary: 'a toy language model of under 1 MB in process, for demos and tests',
  example: 'tiny:hanoi-random-errors',
  create(rest, { env: _env, ...settings }) {
    const [unknown] = Object.keys(settings);
    if (unknown !== undefined)
      throw new TandemError('unknown_name', `\`tiny:\` has no settings, got "${unknown}". Remove it.`);
    const path = rest.endsWith('.gguf') ? resolve(rest) : bundledPath(rest);
    return tinyModel(path, { modelId: `tiny:${rest}` });
  },
};

function bundledPath(name: string): string {
  const folder = modelsFolder();
  const names = readdirSync(folder).flatMap(file => (file.endsWith(ending) ? [file.slice(0, -ending.length)] : []));
  if (names.includes(name)) return join(folder, `${name}${ending}`);
  const near = nearest(name, names);
  const advice = near ? `Did you mean "tiny:${near}"?` : `There are ${names.join(', ')}.`;
  throw new TandemError('unknown_name', `There is no toy model "${name}". ${advice}`, { data: { name } });
}

// The built file lies at another depth than the source: the folder is looked for upwards.
function modelsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let depth = 0; depth < 6; depth++) {
    const candidate = join(folder, 'models');
    if (existsSync(join(candidate, `hanoi-random-errors${ending}`))) return candidate;
    folder = dirname(folder);
  }
  throw new TandemError(
    'unknown_name',
    'The toy models are missing from this installation. Install the package again.',
  );
}
