import { camel, quoted } from './new-name.ts';

/**
 * The files of a new pattern, by name: a pattern that asks the local model and hands hard calls to
 * the cloud.
 */
export function patternFiles(name: string): Readonly<Record<string, string>> {
  const id = camel(name);
  const type = `${id[0]!.toUpperCase()}${id.slice(1)}Options`;
  return {
    [`${name}.ts`]: `import { definePattern, settle } from '../../model/pattern/define-pattern.ts';
import type { LanguageModel } from '../../model/types.ts';

/** Options of ${name}. */
export interface ${type} {
  readonly local: LanguageModel;
  readonly cloud: LanguageModel;
}

/**
 * Says what the pattern does, in one sentence. Source: the paper.
 * @example
 * \`\`\`ts
 * const tried = ${id}({ local, cloud });
 * const answer = await tried.doGenerate(userCall('Hello'));
 * \`\`\`
 */
export function ${id}({ local, cloud }: ${type}): LanguageModel {
  return definePattern({
    name: '${name}',
    models: [local, cloud],
    baseline: cloud,
    async generate(call, ask) {
      const answer = await ask(local, call, { name: 'first' });
      return settle(answer, { answeredBy: local, reason: 'the first answer' });
    },
  });
}
`,
    'entry.ts': `import * as z from 'zod';
import { patternEntry } from '../../model/pattern/pattern-entry.ts';
import { ${id} } from './${name}.ts';

/** ${name} as configuration knows it. */
export const ${id}Entry = patternEntry({
  summary: 'what it does, in one line',
  moreRoles: [],
  options: z.strictObject({}),
  make: ({ local, cloud }) => ${id}({ local, cloud }),
});
`,
    [`${name}.test.ts`]: `import { describe, it } from 'vitest';
import { userCall } from '../../model/answer.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import { lastUserText } from '../../testing/double.ts';
import { patternContract } from '../../testing/pattern-contract.ts';
import { ${id} } from './${name}.ts';

describe('${name} passes the exam', () => {
  const reply = (call: Call) => \`echo of \${lastUserText(call)}\`;
  const subject = {
    roles: {
      local: { place: 'device' as const, reply },
      cloud: { place: 'cloud' as const, reply },
    },
    make: ({ local, cloud }: Record<string, LanguageModel>) =>
      ${id}({ local: local!, cloud: cloud! }),
    call: (n: number) => userCall(\`question \${n}\`),
    isRight: (text: string, n: number) => text === \`echo of question \${n}\`,
  };
  for (const { name, run } of patternContract(subject)) it(name, run);
});
`,
    'README.md': `# ${name}

What it is, in three sentences.

\`\`\`
call ─▶ … ─▶ answer
\`\`\`

**When not to use it.**

**Cost in calls.**

**Source.**
`,
  };
}

/** Adds a pattern's import and its line to the table in src/registry/patterns.ts. */
export function withRow(table: string, name: string): string {
  const id = camel(name);
  return table
    .replace(
      /(\n)(\/\*\* Every pattern by name)/,
      `import { ${id}Entry } from '../patterns/${name}/entry.ts';\n$1$2`,
    )
    .replace(/(entryByName = \{\n(?: {2}\S.*\n)+)/, `$1  ${quoted(name)}: ${id}Entry,\n`);
}

/** Adds a pattern and its options to the text of src/index.ts. */
export function withExport(index: string, name: string): string {
  const id = camel(name);
  const type = `${id[0]!.toUpperCase()}${id.slice(1)}Options`;
  return index.concat(`export { ${id}, type ${type} } from './patterns/${name}/${name}.ts';\n`);
}
