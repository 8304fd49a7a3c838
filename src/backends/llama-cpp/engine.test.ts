import { describe, expect, it } from 'vitest';
import { importLlamaCpp } from './engine.ts';

describe('the package of the engine', () => {
  it('says why the package does not load, where it is there', async () => {
    const lib = new Error('libgomp.so.1: cannot open shared object file');
    await expect(importLlamaCpp(() => Promise.reject(lib))).rejects.toThrow(
      /does not load: libgomp/,
    );
    const part = Object.assign(new Error("Cannot find package 'lifecycle-utils' imported from x"), {
      code: 'ERR_MODULE_NOT_FOUND',
    });
    await expect(importLlamaCpp(() => Promise.reject(part))).rejects.toThrow('lifecycle-utils');
  });
});
