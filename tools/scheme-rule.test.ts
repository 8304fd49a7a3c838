import { describe, expect, it } from 'vitest';
import { checkSchemes } from './scheme-rule.ts';

const found = (text: string, path = 'src/backends/diagnosis/x.ts') =>
  checkSchemes({ path, text }).length;

describe('the rule about schemes', () => {
  it.each([
    "if (scheme === 'ollama') run();",
    "return server.scheme !== 'ollama' ? a : b;",
    'const isOllama = "ollama" == best.server.scheme;',
    "const bare = ['ollama', 'foundry-local'].includes(scheme);",
    'switch (scheme) {',
    "if (backend.scheme.name === 'azure') run();",
  ])('finds a question after a backend: %s', text => {
    expect(found(text)).toBe(1);
    expect(found(text, 'apps/cli/x.ts')).toBe(1);
    expect(found(text, 'src/backends/x.ts')).toBe(1);
  });

  it.each([
    'const found = backends.find(({ scheme }) => scheme.name === name);',
    'return candidates.some(other => other.scheme === scheme);',
    "const schemed = { scheme: 'ollama' };",
    "if (scheme === undefined) return '';",
  ])('lets a look-up by name be: %s', text => {
    expect(found(text)).toBe(0);
  });

  it('lets a backend know itself, and tests know all', () => {
    expect(found("scheme === 'ollama'", 'src/backends/ollama/ollama.ts')).toBe(0);
    expect(found("scheme === 'ollama'", 'src/backends/diagnosis/x.test.ts')).toBe(0);
  });
});
