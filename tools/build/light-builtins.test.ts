import { describe, expect, it } from 'vitest';
import { lightened } from './light-builtins.ts';

describe('names of node:fs in what is built', () => {
  it('are taken from the module that is loaded, under the names they had', () => {
    const rest =
      'import { join } from "node:path";\nexport const read = () => readFileSync$1("a");\n';
    const names = ['existsSync', 'readFileSync'];
    const given = `import { ${names[0]}, ${names[1]} as readFileSync$1 } from "node:fs";\n`;
    const made = `const { ${names[0]}, ${names[1]}: readFileSync$1 } = `;
    expect(lightened(given + rest)).toBe(`${made}process.getBuiltinModule("node:fs");\n${rest}`);
  });

  it.each([
    'import fs from "node:fs";',
    'import { readFile } from "node:fs/promises";',
    'const text = `import { a } from "node:fs";`;',
  ])('stay as they are in %s', chunk => expect(lightened(chunk)).toBe(chunk));
});
