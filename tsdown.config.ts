import { defineConfig } from 'tsdown';
import { keptSentences } from './tools/build/kept-sentences.ts';
import { latePatterns } from './tools/build/late-patterns.ts';
import { lightBuiltins } from './tools/build/light-builtins.ts';

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    solve: 'src/entries/solve.ts',
    eval: 'src/entries/eval.ts',
    runs: 'src/entries/runs.ts',
    backends: 'src/entries/backends.ts',
    config: 'src/entries/config.ts',
    'parse-worker': 'src/documents/formats/parse-worker.ts',
    'testing/index': 'src/testing/index.ts',
    'cli/main': 'apps/cli/main.ts',
    'gateway/index': 'apps/gateway/index.ts',
  },
  format: 'esm',
  platform: 'node',
  target: 'node22',
  dts: true,
  plugins: [latePatterns(), lightBuiltins(), keptSentences()],
  // Long names of what is local are read at each start too. Lines stay, and functions and classes
  // of modules keep their names, so that a stack says where it was.
  minify: { compress: false, mangle: { toplevel: false }, codegen: { removeWhitespace: false } },
  // Sentences about names stand in the types; here they would be read at each start.
  outputOptions: { comments: { jsdoc: false, annotation: true, legal: true } },
  clean: true,
  outExtensions: () => ({ js: '.js', dts: '.d.ts' }),
});
