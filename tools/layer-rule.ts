import type { SourceFile, Violation } from './structure-rules.ts';

const door = 'src/model/leaf/door.ts';
const folder = 'src/model/leaf/layers/';

/**
 * Finds layers of the leaf that import another layer, and whoever imports a layer but the door: a
 * layer knows what it was given, and none of the others.
 */
export function checkLayers(files: readonly SourceFile[]): Violation[] {
  return files
    .filter(({ path }) => path.startsWith('src/') && path !== door && !path.endsWith('.test.ts'))
    .flatMap(({ path, text }) => {
      const isLayer = path.startsWith(folder);
      const layer = isLayer
        ? /\bfrom\s*'\.\/([\w-]+\.ts)'/g
        : /\bfrom\s*'[./\w-]*\/layers\/([\w-]+\.ts)'/g;
      return [...text.matchAll(layer)].map(({ index, 1: file }) => ({
        path,
        line: text.slice(0, index).split('\n').length,
        rule:
          `${isLayer ? 'a layer imports no other layer' : 'only door.ts imports layers'} ` +
          `(${file})`,
      }));
    });
}
