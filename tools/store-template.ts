import { camel } from './new-name.ts';

/**
 * The files of a new engine, by name: one that keeps runs as the engine in memory does, to be
 * replaced method by method.
 */
export function storeFiles(name: string): Readonly<Record<string, string>> {
  const id = camel(name);
  return {
    'engine.ts': `import { openMemoryStore } from '../memory/memory-store.ts';
import type { StoreEngine } from '../engine/store-engine.ts';

/** Says what it is, in one sentence: for paths such as \`${name}://…\`. */
export const ${id}Engine: StoreEngine = {
  knows: path => path.startsWith('${name}://'),
  open: () => openMemoryStore(),
};
`,
    'engine.test.ts': `import { describe, expect, it } from 'vitest';
import { storeContract } from '../../testing/store-contract.ts';
import { openStore } from '../open-store.ts';

describe('${name} passes the exam', () => {
  const subject = { open: () => openStore('${name}://test', { patienceMs: 2000 }) };
  for (const { name, run } of storeContract(subject)) it(name, run);
});

it('${name} is opened by its paths alone', () => {
  const another = () => openStore('no-${name}://test', { patienceMs: 2000 });
  expect(another).toThrow('No store is known');
});
`,
  };
}

/** The line of an engine in src/runs/engines.ts. */
export function engineLine(name: string): string {
  return `export { ${camel(name)}Engine } from './${name}/engine.ts';\n`;
}
