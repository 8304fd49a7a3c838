import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type RunningServer, startServer } from '../../../apps/gateway/server.ts';
import { workspaceOf } from '../../../apps/gateway/start-gateway.ts';
import { doubleOf, lastUserText } from '../../../src/testing/index.ts';
import type { Checked } from '../studio.ts';
import type { Browser, Page } from './browser.ts';
import type { ServedPage } from './served-page.ts';

const quality = '0.9';

// A hard question makes the local model wrong, and unsure; the cloud is right.
const local = doubleOf({ modelId: 'small', place: 'device' }, call => {
  const isHard = lastUserText(call).includes('hard');
  return {
    text: isHard ? 'Perhaps it is red.' : 'It is blue.',
    logprobs: [{ token: 'It', logprob: isHard ? -2 : -0.01 }],
  };
});
const cloud = doubleOf({ modelId: 'large', place: 'cloud' }, () => ({ text: 'It is blue.' }));

/**
 * From requests over pairs that are rated in the page to a cascade that runs with the guarantee,
 * which the page shows; the command line makes the same file of the same log.
 */
export async function checkLoop(
  browser: Browser,
  { folder }: Pick<ServedPage, 'folder'>,
  share = 1,
): Promise<Checked> {
  const wanted = share < 1 ? 120 : 200;
  const problems: string[] = [];
  let guarantee = '';
  let seconds = 0;
  {
    const server = await serve(folder, { gate: 'default' });
    await askAll(server, wanted);
    const page = await opened(browser, server, '/label');
    await page.until("document.querySelector('section[aria-label=Calibrate] button') !== null");
    problems.push(...(await thumbsAlone(page, server)));
    const begun = performance.now();
    const rated = await rateAll(page);
    seconds = (performance.now() - begun) / 1000;
    if (rated !== wanted + 3) problems.push(`${rated} of ${wanted} pairs were rated in the page.`);
    guarantee = await calibrated(page);
    if (!guarantee.startsWith('With probability')) problems.push(`No guarantee: ${guarantee}`);
    problems.push(...(await asCommandLine(server, folder)), ...page.reports);
    await page.close();
    await server.close(500);
  }
  const calibration = join(folder, 'desk.calibration.json');
  const server = await serve(folder, { calibration });
  const run = await ask(server, 'A hard question at last');
  const page = await opened(browser, server, '/machine');
  await page
    .until(`document.body.innerText.includes(${JSON.stringify(guarantee)})`, 10_000)
    .catch(() => problems.push('The page does not show the guarantee of the cascade that runs.'));
  await page.run(`location.hash = '#/runs/${run}'`);
  await page
    .until("/P\\(right\\)|desk/.test(document.querySelector('.detail .facts')?.innerText)", 10_000)
    .catch(() => problems.push('The run does not say that the calibrated gate sent it on.'));
  await page.close();
  await server.close(500);
  const says = [
    `the loop: ${wanted} requests, ${wanted} pairs rated in the page in ${seconds.toFixed(0)} s, ` +
      'calibrated as the command line does, and the guarantee shown of the cascade that runs',
  ];
  return { says, problems };
}

// Ratings of single answers, given in the page, make no guarantee: it says why.
async function thumbsAlone(page: Page, server: RunningServer): Promise<string[]> {
  const thumbs = 3;
  for (let n = 0; n < thumbs; n++) {
    const id = await ask(server, `Question to be rated alone ${n}`);
    await page.run(`location.hash = '#/runs/${id}'`);
    await page.until(`document.querySelector('.detail code')?.innerText === '${id}'`);
    const right =
      "[...document.querySelectorAll('.detail button')].find(b => /Right/.test(b.innerText))";
    await page.until(`${right} !== undefined`);
    await page.run(`${right}.click()`);
    await page.until("document.querySelector('.detail').innerText.includes('Kept.')");
  }
  await page.run("location.hash = '#/label'");
  await page.until("document.querySelector('section[aria-label=Calibrate] button') !== null");
  await page.run("document.querySelector('section[aria-label=Calibrate] button').click()");
  const said = "document.querySelector('section[aria-label=Calibrate] .problem')?.innerText";
  await page.until(`/Refused/.test(${said})`);
  const words = await page.run<string>(said);
  const isSo = words.includes(`Rated alone: ${thumbs}.`) && words.includes('No pair was rated yet');
  return isSo ? [] : [`Ratings of single answers alone are answered: ${words}`];
}

function serve(folder: string, desk: object): Promise<RunningServer> {
  const prices = { large: { input: 10, output: 20 } };
  const config = { prices, patterns: { desk: { pattern: 'cascade', ...desk } } };
  return startServer({
    load: async () => workspaceOf({ local, cloud }, config as never),
    port: 0,
    journal: { path: join(folder, 'loop.db') },
    logLevel: 'silent',
  });
}

const keyOf = (server: RunningServer) => server.studio.url.split('#key=')[1] ?? '';

async function ask(server: RunningServer, content: string): Promise<string> {
  const response = await fetch(`${server.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${keyOf(server)}` },
    body: JSON.stringify({ model: 'desk', messages: [{ role: 'user', content }] }),
  });
  await response.text();
  return response.headers.get('x-tandem-run-id') ?? '';
}

async function askAll(server: RunningServer, wanted: number): Promise<void> {
  const questions = Array.from({ length: wanted }, (_, n) =>
    n % 3 === 0 ? `A hard question ${n}` : `Question ${n}`,
  );
  while (questions.length > 0)
    await Promise.all(questions.splice(0, 8).map(question => ask(server, question)));
}

async function opened(browser: Browser, server: RunningServer, screen: string): Promise<Page> {
  const page = await browser.page();
  await page.go(server.studio.url);
  await page.until("document.querySelectorAll('.rows .row time').length > 0", 60_000);
  await page.run(`location.hash = '#${screen}'`);
  await page.until("document.querySelector('.screen') !== null");
  return page;
}

// As somebody who knows that it is blue, and not whose answer is which.
function rateAll(page: Page): Promise<number> {
  return page.run<number>(`(async () => {
    const at = label => document.querySelector('[aria-label="' + label + '"]')?.innerText;
    const button = () => [...document.querySelectorAll('button')]
      .find(each => /^Ask for/.test(each.innerText) && !each.disabled);
    const rested = () => new Promise(done => setTimeout(done, 5));
    const endMs = performance.now() + 240000;
    let last, rated = 0;
    while (performance.now() < endMs && !/have been rated/.test(document.body.innerText)) {
      const question = document.querySelector('.card pre')?.innerText;
      if (question && question !== last) {
        last = question;
        const [one, two] = [at('First answer'), at('Second answer')].map(s => /blue/.test(s));
        const key = one && two ? '3' : one ? '1' : two ? '2' : '0';
        dispatchEvent(new KeyboardEvent('keydown', { key }));
        rated++;
      } else if (button()) {
        const choice = document.querySelector('.card select');
        if (choice.value === '50') button().click();
        choice.value = '50';
        choice.dispatchEvent(new Event('change', { bubbles: true }));
      }
      await rested();
    }
    return rated;
  })()`);
}

async function calibrated(page: Page): Promise<string> {
  const section = "document.querySelector('section[aria-label=Calibrate]')";
  await page.run(`(() => {
    const field = ${section}.querySelector('input');
    field.value = '${quality}';
    field.dispatchEvent(new Event('change', { bubbles: true }));
  })()`);
  const said = `${section}.querySelector('.good, .problem')?.innerText`;
  await page.until(`/at least ${quality} times|Refused/.test(${said})`, 60_000);
  return page.run<string>(said);
}

// The log makes the same file from the command line that the page would save.
async function asCommandLine(server: RunningServer, folder: string): Promise<string[]> {
  const get = (path: string) =>
    fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${keyOf(server)}` } });
  writeFileSync(join(folder, 'pairs.jsonl'), await (await get('/v1/pairs/log')).text());
  const { calibration } = (await (await get(`/v1/calibration?quality=${quality}`)).json()) as {
    readonly calibration: unknown;
  };
  const asked = ['calibrate', 'desk', 'pairs.jsonl', '--target-quality', quality];
  const program = resolve('bin/tandem.mjs');
  execFileSync(process.execPath, [program, ...asked], { cwd: folder, stdio: 'ignore' });
  const written = JSON.parse(readFileSync(join(folder, 'desk.calibration.json'), 'utf8'));
  return isDeepStrictEqual(written, calibration)
    ? []
    : ['The page calibrates otherwise than the command line.'];
}
