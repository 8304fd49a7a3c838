import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const path = (file: string) => fileURLToPath(new URL(file, import.meta.url));

export default defineConfig({
  // The package's own name means its sources here: a test never reads an older build.
  resolve: {
    alias: [
      { find: /^tandem$/, replacement: path('src/index.ts') },
      {
        find: /^tandem\/(solve|eval|runs|backends|config)$/,
        replacement: path('src/entries/$1.ts'),
      },
      { find: /^tandem\/testing$/, replacement: path('src/testing/index.ts') },
    ],
  },
  test: {
    include: ['{src,apps,tools,evals,bench}/**/*.test.ts'],
    testTimeout: 20_000,
    env: { AI_SDK_LOG_WARNINGS: 'false' },
  },
});
