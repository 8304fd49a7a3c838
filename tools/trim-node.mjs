import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// `npm ci` runs this at its end. The package `node` brings the headers for building add-ons, a
// third of its size, and nothing here builds one.
const platform = process.platform === 'win32' ? 'win' : process.platform;
const folder = `../node_modules/node/node_modules/node-${platform}-${process.arch}/include`;
rmSync(fileURLToPath(new URL(folder, import.meta.url)), { recursive: true, force: true });
