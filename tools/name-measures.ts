import { withoutComments } from './key-kinds.ts';
import { namesIn } from './public-names.ts';
import { isTest, type SourceFile } from './structure-rules.ts';

const patterns = ['cascade', 'router', 'maker', 'minions', 'chain', 'shadow'];
const patternName = new RegExp(`'(${patterns.join('|')})'`, 'g');
// A pattern lies in one folder; what trains it, in another of the same name.
const foldersOf = ['src/patterns', 'src/eval'];
// The demonstration plays one scenario of each pattern, doubles play them in tests, and `auto` is
// made of two whose names its roles bear.
const knowsPatterns =
  /^src\/(?:registry|testing|patterns\/auto)\/|^apps\/cli\/demo\/|\/exam\/|-exam\.ts$/;

/** Finds names of patterns as strings outside the pattern's folder and the registry. */
export function strayPatternNames(files: readonly SourceFile[]): string[] {
  return sources(files).flatMap(({ path, text }) =>
    knowsPatterns.test(path)
      ? []
      : [...withoutComments(text).matchAll(patternName)]
          .filter(([, name]) => !foldersOf.some(folder => path.startsWith(`${folder}/${name}/`)))
          .map(({ index, 1: name }) => `${path}:${lineAt(text, index)}  ${name}`),
  );
}

/** Finds names that an entry exports and that no sentence stands above where they are declared. */
export function bareNames(files: readonly SourceFile[]): string[] {
  const entries = files.filter(({ path }) =>
    /^src\/(?:index|entries\/\w+|testing\/index)\.ts$|^apps\/gateway\/index\.ts$/.test(path),
  );
  const names = new Set(entries.flatMap(({ text }) => namesIn(text).map(({ name }) => name)));
  return sources(files).flatMap(({ path, text }) => {
    const lines = text.split('\n');
    return lines.flatMap((line, index) => {
      const name = declared.exec(line)?.[1];
      const isBare = name !== undefined && names.has(name) && !lines[index - 1]?.endsWith('*/');
      return isBare ? [`${path}:${index + 1}  ${name}`] : [];
    });
  });
}

const declared =
  /^export (?:declare )?(?:async )?(?:const|function\*?|class|interface|type|enum) (\w+)/;

function sources(files: readonly SourceFile[]): SourceFile[] {
  return files.filter(({ path }) => /^(?:src|apps)\//.test(path) && !isTest(path));
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
