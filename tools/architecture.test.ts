import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

describe('ARCHITECTURE.md', () => {
  it('names the layers that a call passes as the code does, in that order', () => {
    const code = readFileSync('src/model/leaf/door.ts', 'utf8');
    const list = code.slice(code.indexOf('stack(\n'));
    const written = [...list.matchAll(/^ {4}(\w+), +\/\/ (.+)$/gm)].map(([, name, what]) => [
      name,
      what?.trim(),
    ]);
    const document = readFileSync('ARCHITECTURE.md', 'utf8');
    const section = document.slice(
      document.indexOf('## The path of a call'),
      document.indexOf('## One document'),
    );
    const told = [...section.matchAll(/^\| `(\w+)` +\| (.+?) *\|$/gm)].map(([, name, what]) => [
      name,
      what,
    ]);
    expect(written.length).toBeGreaterThan(8);
    expect(told).toEqual(written);
  });
});
