import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nearest } from '../../algorithms/nearest.ts';
import { checkSettings, requireModelName } from '../../backends/settings.ts';
import { TandemError } from '../../model/errors.ts';
import type { Scheme } from '../../model/spec.ts';
import { tinyModel } from './tiny-model.ts';

const ending = '-q8_0.gguf';
const example = 'tiny:hanoi-random-errors';

/** `tiny:hanoi-random-errors`, a toy model that comes along, or `tiny:./file.gguf`. */
export const tinyScheme: Scheme = {
  name: 'tiny',
  summary: 'a toy language model of under 1 MB in process, for demos and tests',
  example,
  create(rest, settings) {
    checkSettings('tiny', settings, ['stopAfter']);
    const name = requireModelName('tiny', rest, example);
    const path = name.endsWith('.gguf') ? resolve(name) : bundledPath(name);
    const stopAfter = requireText(settings.stopAfter);
    return tinyModel({
      path,
      modelId: `tiny:${name}`,
      ...(stopAfter !== undefined && { stopAfter }),
    });
  },
};

function requireText(stopAfter: unknown): string | undefined {
  if (stopAfter === undefined || typeof stopAfter === 'string') return stopAfter;
  const message =
    `\`stopAfter\` must be a text, got ${String(stopAfter)}. Give the text that ` +
    'ends an answer, such as ";".';
  throw new TandemError('invalid_argument', message);
}

function bundledPath(name: string): string {
  const folder = modelsFolder();
  const names = readdirSync(folder).flatMap(file =>
    file.endsWith(ending) ? [file.slice(0, -ending.length)] : [],
  );
  if (names.includes(name)) return join(folder, `${name}${ending}`);
  const near = nearest(name, names);
  const advice = `${near ? `Did you mean "tiny:${near}"? ` : ''}There are ${names.join(', ')}.`;
  throw new TandemError('unknown_name', `There is no toy model "${name}". ${advice}`, {
    data: { name },
  });
}

// The built file lies at another depth than the source: the folder is looked for upwards.
function modelsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let depth = 0; depth < 6; depth++) {
    const candidate = join(folder, 'models');
    if (existsSync(join(candidate, `hanoi-random-errors${ending}`))) return candidate;
    folder = dirname(folder);
  }
  const message =
    'The folder `models` with the toy models is missing beside the package. Install the package ' +
    'again.';
  throw new TandemError('unknown_name', message);
}
