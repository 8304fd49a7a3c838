import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'apps/**/*.test.ts', 'tools/**/*.test.ts'],
    testTimeout: 20_000,
    env: { AI_SDK_LOG_WARNINGS: 'false' },
  },
});
