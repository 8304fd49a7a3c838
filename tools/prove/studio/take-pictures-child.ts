import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../../../apps/gateway/server.ts';
import { workspaceOf } from '../../../apps/gateway/start-gateway.ts';
import { openaiCompatible } from '../../../src/entries/backends.ts';
import { browserProgram, startBrowser } from './browser.ts';

/**
 * `take-pictures-child.ts LOCAL_URL CLOUD_URL FOLDER`: asks two real models over loopback, the
 * second in the place of a cloud, and takes the pictures of the page's documentation.
 */
const [localUrl = '', cloudUrl = '', folder = 'docs/pictures'] = process.argv.slice(2);
const program = browserProgram();
if (!program) throw new Error('There is no Chromium here. Install it: apt-get install chromium.');
const local = openaiCompatible({
  ...{ endpoint: localUrl, model: 'smollm2-135m', modelId: 'smollm2-135m', place: 'device' },
});
const cloud = openaiCompatible({
  ...{ endpoint: cloudUrl, model: 'qwen2.5-coder-0.5b', modelId: 'qwen2.5-coder-0.5b' },
  place: 'cloud',
});
const kept = mkdtempSync(join(tmpdir(), 'tandem-pictures-'));
const prices = { 'qwen2.5-coder-0.5b': { input: 0.5, output: 1.5 } };
const patterns = { support: { pattern: 'cascade', gate: 'default' } };
const server = await startServer({
  load: async () => workspaceOf({ local, cloud }, { prices, patterns } as never),
  ...{ port: 0, journal: { path: join(kept, 'journal.db') }, logLevel: 'silent' },
});
const key = server.studio.url.split('#key=')[1];
const headers = { 'content-type': 'application/json', authorization: `Bearer ${key}` };
const document =
  'Lease of the workshop at 4 Mill Lane. The rent is 900 euros a month. The notice period is ' +
  'three months to the end of a quarter. The deposit is two rents. Repairs above 200 euros are ' +
  'for the owner.';
const questions: readonly (readonly [model: string, content: string])[] = [
  ['support', 'What is the capital of France?'],
  ['support', 'Name three colours.'],
  ['local', 'Say hello in Spanish.'],
  ['support', 'What is 17 times 23?'],
  ['support', `${document}\n\nWhat is the notice period?`],
  ['cloud', 'Write a regular expression for a date such as 2026-01-31.'],
];
let last = '';
for (const [model, content] of questions) {
  const body = JSON.stringify({
    model,
    messages: [{ role: 'user', content }],
    max_tokens: 12,
  });
  const response = await fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers,
    body,
  });
  const said = await response.text();
  if (!response.ok) console.error(content.slice(0, 40), said.slice(0, 300));
  if (model === 'support' && response.ok) last = response.headers.get('x-tandem-run-id') ?? last;
}
mkdirSync(folder, { recursive: true });
await using browser = await startBrowser(program);
const page = await browser.page({ width: 1000, height: 640 });
await page.go(server.studio.url);
await page.until("document.querySelectorAll('.rows .row time').length > 3", 60_000);
const shots = { runs: '/runs', run: `/runs/${last}`, border: '/border', savings: '/savings' };
for (const [name, address] of Object.entries({ ...shots, label: '/label', machine: '/machine' })) {
  await page.run(`location.hash = '#${address}'`);
  await page.until(
    `(() => {
      const said = document.querySelector('main').innerText;
      const isSame = window.lastSaid === said && !document.querySelector('.waiting');
      window.lastSaid = said;
      return isSame;
    })()`,
    60_000,
  );
  await new Promise(done => setTimeout(done, 500));
  const format = { format: 'webp', quality: 60 };
  const { data } = await page.send<{ data: string }>('Page.captureScreenshot', format);
  writeFileSync(join(folder, `studio-${name}.webp`), Buffer.from(data, 'base64'));
}
await page.close();
await server.close(500);
rmSync(kept, { recursive: true, force: true, maxRetries: 5 });
