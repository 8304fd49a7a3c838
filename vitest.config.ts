import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));

/** The package's own name means its sources here: a test never reads an older build. */
export const alias = [
  { find: /^tandem$/, replacement: path('src/index.ts') },
  {
    find: /^tandem\/(solve|eval|runs|backends|config)$/,
    replacement: path('src/entries/$1.ts'),
  },
  { find: /^tandem\/testing$/, replacement: path('src/testing/index.ts') },
];

/** What holds for every test. */
export const testSettings = { testTimeout: 20_000, env: { AI_SDK_LOG_WARNINGS: 'false' } };

/** They hold times of the clock, so nothing else runs beside them. */
const clocked = [
  'src/backends/diagnosis/late-looks.test.ts',
  'src/backends/llama-cpp/inspect-engine.test.ts',
  'src/documents/extractive.test.ts',
  'src/documents/formats/parse-aside.test.ts',
  'src/documents/read-call.test.ts',
  'src/runs/leases.test.ts',
  'src/runs/sqlite/sqlite-file.test.ts',
  'src/testing/tiny/tiny-model.test.ts',
  'apps/gateway/load.test.ts',
  'apps/gateway/send-events.test.ts',
];
const elsewhere = ['**/node_modules/**', 'tools/clients/**', 'tools/frameworks/**'];

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        extends: true,
        test: {
          ...testSettings,
          name: 'tests',
          include: ['{src,apps,tools,evals,bench}/**/*.test.ts'],
          exclude: [...elsewhere, ...clocked],
          maxWorkers: Math.max(2, availableParallelism() - 1),
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          ...testSettings,
          name: 'clock',
          include: clocked,
          exclude: elsewhere,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
