import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../model/answer.ts';
import { tinyScheme } from './tiny-scheme.ts';

const file = fileURLToPath(new URL('../../../models/hanoi-finished-q8_0.gguf', import.meta.url));

describe('the scheme `tiny:`', () => {
  it('finds the models that come along by name, and any file by path', async () => {
    expect(tinyScheme.create('hanoi-early-200', {}).modelId).toBe('tiny:hanoi-early-200');
    const path = `./${relative(process.cwd(), file)}`;
    const answer = await tinyScheme
      .create(path, { stopAfter: ';' })
      .doGenerate(userCall('321||----='));
    expect(textOf(answer)).toBe('10232||1;');
  });

  it('names the toy models there are when the name is wrong', () => {
    expect(() => tinyScheme.create('hanoi-finish', {})).toThrow(
      'Did you mean "tiny:hanoi-finished"?',
    );
    expect(() => tinyScheme.create('quite-another', {})).toThrow(
      /There are hanoi-blind-spot, .*toy-tasks-late\.$/,
    );
    expect(() => tinyScheme.create('', {})).toThrow(
      'names no model. Write it like `tiny:hanoi-random-errors`',
    );
    expect(() => tinyScheme.create('./missing.gguf', {})).toThrow(
      '"missing.gguf" cannot be opened (ENOENT)',
    );
  });

  it('refuses settings that it does not know', () => {
    expect(() => tinyScheme.create('hanoi-finished', { stopafter: ';' })).toThrow(
      'Did you mean "stopAfter"?',
    );
    expect(() => tinyScheme.create('hanoi-finished', { stopAfter: 5 })).toThrow(
      '`stopAfter` must be a text, got 5',
    );
    expect(() => tinyScheme.create('hanoi-finished', { stopAfter: '' })).toThrow(
      '`stopAfter` must not be empty',
    );
  });
});
