import { defineConfig } from 'vitest/config';
import { alias, testSettings } from '../../vitest.config.ts';

/** The tests that need this folder's packages, for the stage `frameworks`. */
export default defineConfig({
  resolve: { alias },
  test: {
    ...testSettings,
    include: ['tools/frameworks/*.test.ts'],
    exclude: ['**/node_modules/**'],
    testTimeout: 60_000,
  },
});
