import { describe, expect, it } from 'vitest';
import { checkStructure, countLong } from './structure-rules.ts';

const rulesOf = (path: string, text: string) =>
  checkStructure([{ path, text }]).map(({ rule }) => rule);

describe('the structure check', () => {
  it.each([
    ['src/algorithms/vote.ts', "import { hash } from 'node:crypto';\n", 'imports nothing'],
    [
      'src/algorithms/vote.ts',
      "import { ask } from '../model/ask.ts';\n",
      'may not import src/model',
    ],
    ['src/algorithms/vote.ts', 'export const now = () => Date.now();\n', 'is pure: no Date.now'],
    [
      'src/algorithms/vote.ts',
      'export const draw = () => Math.random();\n',
      'is pure: no Math.random',
    ],
    [
      'src/trace/span.ts',
      "import { vote } from '../algorithms/vote.ts';\n",
      'may not import src/algorithms',
    ],
    [
      'src/model/ask.ts',
      "import { load } from '../documents/load.ts';\n",
      'may not import src/documents',
    ],
    [
      'src/documents/load.ts',
      "import { ollama } from '../backends/ollama.ts';\n",
      'may not import src/backends',
    ],
    [
      'src/backends/ollama.ts',
      "import type { X } from '@ai-sdk/provider';\n",
      'src/model/types.ts alone',
    ],
    [
      'src/patterns/maker/maker.ts',
      "import { cascade } from '../cascade/cascade.ts';\n",
      'never imports another pattern',
    ],
    [
      'src/patterns/maker/maker.ts',
      "import { x } from '../../testing/double.ts';\n",
      'may not import src/testing',
    ],
    [
      'src/patterns/maker/maker.ts',
      "const x = await import('../../testing/double.ts');\n",
      'may not import src/testing',
    ],
    ['apps/cli/ask.ts', "import { ask } from '../../src/model/ask.ts';\n", 'only src/index.ts'],
    [
      'apps/cli/ask.ts',
      "import { serve } from '../../examples/serve.ts';\n",
      'no other application',
    ],
    ['src/model/utils.ts', '', 'a name that says nothing'],
    ['src/model/helpers/x.ts', '', 'a name that says nothing'],
    ['src/model/ask.ts', "throw new Error('x');\n", 'bare `throw new Error`'],
    ['src/index.ts', "export * from './model/ask.ts';\n", 'no `export *`'],
    ['src/model/ask.ts', 'export default 1;\n', 'no default export'],
    ['src/model/ask.test.ts', `it.${'skip'}('x', () => {});\n`, 'no skipped'],
    ['src/model/ask.ts', 'x\n'.repeat(401), '401 lines'],
    ['src/model/ask.test.ts', 'x\n'.repeat(401), '401 lines'],
    ['src/algorithms/vote.ts', 'const { env } = process;\n', 'is pure: no process'],
    ['src/algorithms/vote.ts', 'const t = performance.now();\n', 'is pure: no performance'],
    ['src/algorithms/vote.ts', 'const t = new Date();\n', 'is pure: no new Date'],
    ['src/algorithms/vote.ts', 'const g = globalThis;\n', 'is pure: no globalThis'],
    ['src/algorithms/vote.ts', 'setTimeout(next, 1);\n', 'is pure: no setTimeout'],
    ['src/algorithms/vote.ts', "await fetch('x');\n", 'is pure: no fetch'],
    ['src/algorithms/vote.ts', 'const id = crypto.randomUUID();\n', 'is pure: no crypto'],
    ['src/patterns/maker/maker.ts', "import { cascade } from 'tandem';\n", 'not the package'],
    ['src/model/ask.ts', "import { x } from '../../tools/model/x.ts';\n", 'nothing from tools'],
    ['src/model/ask.ts', "import '../patterns/maker/maker.ts';\n", 'may not import src/patterns'],
    [
      'src/model/ask.ts',
      'const x = await import(`../patterns/a/a.ts`);\n',
      'may not import src/patterns',
    ],
    [
      'src/testing/x.ts',
      "import { maker } from '../patterns/maker/maker.ts';\n",
      'may not import src/patterns',
    ],
    [
      'src/model/ask.test.ts',
      "import { maker } from '../patterns/maker/maker.ts';\n",
      'may not import src/patterns',
    ],
    [
      'src/patterns/maker/a.test.ts',
      "import { chain } from '../chain/chain.ts';\n",
      'never imports another pattern',
    ],
    ['apps/cli/ask.ts', "import { serve } from '../gateway/serve.ts';\n", 'no other application'],
    ['bench/ask.ts', "import { ask } from '../src/model/pattern/ask.ts';\n", 'only src/index.ts'],
    ['src/model/utils.test.ts', '', 'a name that says nothing'],
    ['src/model/string-utils.ts', '', 'a name that says nothing'],
    ['src/model/askModel.ts', '', 'kebab-case'],
    ['src/askModel/ask.ts', '', 'kebab-case'],
    ['src/model/ask.ts', 'export { ask as default };\n', 'no default export'],
    ['src/model/ask.ts', "throw Error('x');\n", 'bare `throw new Error`'],
    ['src/model/ask.test.ts', `it.${'skip'}.each([1])('x', () => {});\n`, 'no skipped'],
    ['src/model/ask.test.ts', `it.concurrent.${'only'}('x', () => {});\n`, 'no skipped'],
    ['src/model/ask.test.ts', `x${'it'}('x', () => {});\n`, 'no skipped'],
  ])('finds what is wrong in %s: %j', (path, text, rule) => {
    expect(rulesOf(path, text).join()).toContain(rule);
  });

  it.each([
    ['src/model/types.ts', "import type { X } from '@ai-sdk/provider';\n"],
    [
      'src/patterns/maker/maker.ts',
      "import { vote } from '../../algorithms/vote.ts';\nimport { x } from './plan.ts';\n",
    ],
    ['src/patterns/nesting.test.ts', "import { cascade } from './cascade/cascade.ts';\n"],
    ['src/model/ask.test.ts', "import { double } from '../testing/double.ts';\n"],
    ['src/patterns/debate-club/README.md', ''],
    ['src/config/config.test.ts', "import { model } from '../index.ts';\n"],
    ['src/testing/cassette.test.ts', "import { cascade } from '../patterns/cascade/cascade.ts';\n"],
    ['src/algorithms/vote.test.ts', "import { expect } from 'vitest';\n"],
    [
      'src/algorithms/vote.ts',
      '// A process takes a new Date.\n/**\n * import x from "../model/ask.ts"\n */\n',
    ],
    ['src/registry/schemes.ts', "import { tiny } from '../testing/tiny.ts';\n"],
    [
      'apps/cli/ask.ts',
      "import { ask } from '../../src/index.ts';\nimport { x } from './terminal.ts';\n",
    ],
  ])('accepts %s', (path, text) => {
    expect(rulesOf(path, text)).toEqual([]);
  });

  it('lets entries export names and no more, and counts long files without failing', () => {
    const entry =
      "/** Names. */\nexport {\n  a,\n} from './a.ts';\nexport type { B } from './b.ts';\n";
    const rule = 'an entry exports names and does nothing else';
    expect(rulesOf('src/index.ts', entry)).toEqual([]);
    expect(rulesOf('src/entries/runs.ts', `${entry}export const c = 1;\n`)).toEqual([rule]);
    expect(rulesOf('src/entries/runs.ts', `${entry}import './c.ts';\n`)).toEqual([rule]);
    expect(rulesOf('src/model/x.ts', 'export const c = 1;\n')).toEqual([]);
    expect(countLong([{ path: 'src/model/a.ts', text: 'x\n'.repeat(251) }])).toBe(1);
  });

  it('names the line', () => {
    const [found] = checkStructure([
      { path: 'src/model/a.ts', text: "const a = 1;\n\nthrow new Error('x');\n" },
    ]);
    expect(found).toMatchObject({ path: 'src/model/a.ts', line: 3 });
  });
});
