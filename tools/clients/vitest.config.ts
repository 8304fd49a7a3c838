import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { alias, testSettings } from '../../vitest.config.ts';

const home = fileURLToPath(new URL('.', import.meta.url));
// Sources look for an optional package from where they stand, which is not here.
const identity = { find: /^@azure\/identity$/, replacement: `${home}node_modules/@azure/identity` };

/** The tests that need this folder's packages, for the stage `clients`. */
export default defineConfig({
  resolve: { alias: [...alias, identity] },
  test: { ...testSettings, include: ['tools/clients/*.test.ts'], exclude: ['**/node_modules/**'] },
});
