#!/usr/bin/env node
import { existsSync } from 'node:fs';
import * as modules from 'node:module';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 13)) {
  console.error(
    `Tandem needs Node 22.13 or later, this is ${process.versions.node}. Install a newer Node.`,
  );
  process.exit(2);
}
// Node 22 warns that its SQLite is experimental, on stderr, at every run; other warnings pass.
const { emitWarning } = process;
process.emitWarning = (warning, ...rest) => {
  if (!String(warning).startsWith('SQLite is an experimental feature'))
    emitWarning.call(process, warning, ...rest);
};
// A checkout runs from its sources, which need Node 24 as they stand; an installed package runs
// from its build.
const source = new URL('../apps/cli/main.ts', import.meta.url);
const build = new URL('../dist/cli/main.js', import.meta.url);
const isFromSource = existsSync(source) && major >= 24;
if (!isFromSource && !existsSync(build)) {
  console.error(
    `The sources need Node 24, this is ${process.versions.node}. Use Node 24, or run \`npm run ` +
      'build` first.',
  );
  process.exit(2);
}
// Half of a short command's time would go into compiling. Deno has no such cache.
modules.enableCompileCache?.();
const { main } = await import(isFromSource ? source.href : build.href);
// Who reads a part, such as `head`, has what it wanted.
process.stdout.on('error', ({ code }) => {
  if (code !== 'EPIPE')
    console.error(
      `error  What was found cannot be written (${code}). Make room, or write elsewhere.`,
    );
  process.exit(code === 'EPIPE' ? 0 : 1);
});
process.stderr.on('error', () => {});
const gateway = isFromSource ? '../apps/gateway/index.ts' : '../dist/gateway/index.js';
// An application imports no other one: they are joined here.
process.exitCode = await main(process.argv.slice(2), {
  gateway: () => import(new URL(gateway, import.meta.url).href),
});
