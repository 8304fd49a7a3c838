import { isTest, type SourceFile } from './structure-rules.ts';

const tokens = new RegExp(
  [
    String.raw`'(?:\\.|[^'\\\n])*'`,
    String.raw`"(?:\\.|[^"\\\n])*"`,
    String.raw`\x60(?:\\.|[^\x60\\])*\x60`,
    // A slash begins a regular expression where no value can end before it.
    String.raw`(?<=(?:^|[=(,:[!&|?{};>\n]|return)\s*)\/(?![*/])` +
      String.raw`(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/`,
    String.raw`(?<comment>\/\*[\s\S]*?\*\/|\/\/.*)`,
  ].join('|'),
  'g',
);

/** Counts the bytes of code of a text: without comments, blank lines, and white space at ends. */
export function codeBytes(text: string): number {
  const bare = text.replace(tokens, (found, ...rest) =>
    (rest.at(-1) as { comment?: string }).comment === undefined ? found : '',
  );
  const lines = bare.split('\n').map(line => line.trimEnd());
  return Buffer.byteLength(lines.filter(line => line !== '').join('\n'));
}

/** Counts the bytes of code in src and apps, apart from tests and the page, which is bundled. */
export function sourceBytes(files: readonly SourceFile[]): number {
  return files
    .filter(
      ({ path }) =>
        /^(?:src|apps(?!\/studio\/))\//.test(path) && path.endsWith('.ts') && !isTest(path),
    )
    .reduce((sum, { text }) => sum + codeBytes(text), 0);
}
