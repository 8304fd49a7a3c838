import type { SourceFile, Violation } from './structure-rules.ts';

const door = 'src/model/leaf/door.ts';
const folder = 'src/model/leaf/';

/** Finds layers of the leaf that import another layer: a layer knows what it was given, and none of the others. */
export function checkLayers(files: readonly SourceFile[]): Violation[] {
  const list = files.find(({ path }) => path === door);
  if (!list) return [];
  const layers = layersOf(list.text);
  if (layers.size === 0) return [{ path: door, line: 1, rule: 'no list of layers: `stack([…], transport)`' }];
  return files
    .filter(({ path }) => layers.has(path))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\bfrom\s*'\.\/([\w-]+\.ts)'/g)]
        .filter(([, file]) => layers.has(`${folder}${file}`) && `${folder}${file}` !== path)
        .map(({ index, 1: file }) => ({
          path,
          line: text.slice(0, index).split('\n').length,
          rule: `a layer imports no other layer (${file})`,
        })),
    );
}

/** The files of the layers that the door's list names, and of what the list stands on. */
function layersOf(text: string): ReadonlySet<string> {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
  const [, list = ''] = /\bstack\(([\s\S]*?)\);/.exec(code) ?? [];
  const listed = new Set(list.match(/[A-Za-z_]\w*/g));
  const imports = [...code.matchAll(/import\s*\{([^}]*)\}\s*from\s*'\.\/([\w-]+\.ts)'/g)];
  const named = imports.filter(([, names = '']) => names.match(/\w+/g)?.some(name => listed.has(name)));
  return new Set(named.map(([, , file]) => `${folder}${file}`));
}
