import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import {
  backendFiles,
  backendTable,
  serverTable,
  withBackend,
  withServer,
} from './backend-template.ts';
import { newName } from './new-name.ts';

/**
 * `npm run new-backend NAME`: a backend with a protocol of its own, its test and its line; with `--
 * --openai`, a server that speaks OpenAI's protocol, which is one row.
 */
const name = newName('new-backend', 'mistral-rs');
const speaksOpenai = process.argv.includes('--openai');
const folder = `src/backends/${name}`;
const servers = readFileSync(serverTable, 'utf8');
if (existsSync(folder) || servers.includes(`name: '${name}'`)) {
  console.error(`There is a backend "${name}" already. Choose another name.`);
  process.exit(1);
}
const written: string[] = [];
function write(path: string, text: string): void {
  writeFileSync(path, text);
  written.push(path);
}
if (speaksOpenai) write(serverTable, withServer(servers, name));
else {
  mkdirSync(folder);
  for (const [file, text] of Object.entries(backendFiles(name))) write(`${folder}/${file}`, text);
  write(backendTable, withBackend(readFileSync(backendTable, 'utf8'), name));
}
execFileSync('npx', ['biome', 'check', '--write', ...written], { stdio: 'ignore' });
console.log(`Wrote ${written.join(', ')}. Now: npx vitest run src/backends`);
