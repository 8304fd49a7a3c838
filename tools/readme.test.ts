import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const examples = globSync('examples/*.ts').map(path =>
  readFileSync(path, 'utf8').replace(/\s+/g, ' '),
);

describe('the README', () => {
  it('shows only code that stands in an example which is run', () => {
    const readme = readFileSync('README.md', 'utf8');
    const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = '']) => code);
    expect(blocks.length).toBeGreaterThan(0);
    for (const block of blocks) {
      // Imports differ (an example starts its doubles first), and comments show what is printed.
      const lines = block.split('\n').filter(line => !/^(import|\/\/)/.test(line.trim()));
      const code = lines.join(' ').replace(/\s+/g, ' ').trim();
      expect(
        examples.some(example => example.includes(code)),
        code,
      ).toBe(true);
    }
  });

  it('stands on two screens', () => {
    expect(readFileSync('README.md', 'utf8').split('\n').length).toBeLessThanOrEqual(130);
  });
});
