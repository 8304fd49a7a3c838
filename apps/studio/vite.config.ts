import { defineConfig } from 'vite';

/** Builds the page into the package: every byte of it comes from there. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/studio/',
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../dist/studio',
    emptyOutDir: true,
    target: 'es2022',
    // The page may not run a script of another address, not even one that is written into it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
