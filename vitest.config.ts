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

export default defineConfig({
  resolve: { alias },
  test: {
    ...testSettings,
    include: ['{src,apps,tools,evals,bench}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'tools/clients/**'],
  },
});
