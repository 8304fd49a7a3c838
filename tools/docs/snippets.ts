import { globSync, readFileSync } from 'node:fs';

/** A block of code in a page. */
export interface Snippet {
  readonly page: string;
  readonly language: string;
  readonly code: string;
}

/** Reads the blocks of code of README and of the pages of `docs/`. */
export function snippets(): Snippet[] {
  return ['README.md', ...globSync('docs/*.md').sort()].flatMap(page =>
    [...readFileSync(page, 'utf8').matchAll(/^```(\w+)\n([\s\S]*?)^```/gm)].map(
      ([, language = '', code = '']) => ({ page, language, code }),
    ),
  );
}

/** A `tandem` command as a page shows it. */
interface ShownCommand {
  readonly page: string;
  readonly args: readonly string[];
}

/** The commands of `tandem` in the blocks that a shell reads. */
export function shownCommands(): ShownCommand[] {
  return snippets()
    .filter(({ language }) => language === 'sh')
    .flatMap(({ page, code }) =>
      code.split('\n').flatMap((line): ShownCommand[] => {
        const [, rest] = /^(?:npx )?tandem (.*)$/.exec(line) ?? [];
        return rest === undefined ? [] : [{ page, args: wordsOf(rest) }];
      }),
    );
}

/** Whole configurations that pages show, as YAML or JSON. */
export function shownConfigurations(): Snippet[] {
  return snippets().filter(
    ({ language, code }) =>
      ['yaml', 'json'].includes(language) && /^(?:\{\s*")?(?:models|patterns)\b/m.test(code),
  );
}

// As a shell does it with what pages show: quotes, and what stands behind a comment's sign.
function wordsOf(line: string): string[] {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(#.*$)|(\S+)/g)];
  return words.flatMap(([, double, single, comment, bare]) =>
    comment === undefined ? [double ?? single ?? bare ?? ''] : [],
  );
}
