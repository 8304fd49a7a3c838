import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OperationName } from './operation-child.ts';
import { answerOf, endOf, type Measure, type Side, startChild } from './side.ts';
import type { Tree } from './tree.ts';

/** Starts a process that repeats one operation of a tree's public interface. */
export async function operationSide(tree: Tree, operation: OperationName): Promise<Side> {
  const own = mkdtempSync(join(tmpdir(), 'tandem-bench-'));
  const child = startChild([join(import.meta.dirname, 'operation-child.ts'), operation, own], {
    cwd: tree.folder,
  });
  await answerOf<Measure>(child, 'warm up');
  return {
    measure: () => answerOf<Measure>(child, 'measure'),
    async close() {
      await endOf(child);
      rmSync(own, { recursive: true, force: true });
    },
  };
}
