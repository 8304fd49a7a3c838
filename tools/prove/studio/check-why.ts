import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Checked } from '../studio.ts';
import type { Browser, Page } from './browser.ts';
import { look } from './look.ts';
import type { ServedPage } from './served-page.ts';

/**
 * Why a router chose, in words of the question; a run replayed with another pattern, asking nobody;
 * and what a machine has and lacks, as `tandem doctor` says it.
 */
export async function checkWhy(browser: Browser, served: ServedPage): Promise<Checked> {
  const page = await browser.page();
  await page.go(served.studio);
  await page.until("document.querySelectorAll('.rows .row').length > 3", 60_000);
  const problems = [...(await routed(page, served)), ...(await replayed(page, served))];
  problems.push(...page.reports.map(report => `The page reported: ${report}`));
  await page.close();
  problems.push(...(await examined(browser, served.folder)));
  const says = ['a router’s words, a replay and what a machine lacks are shown'];
  return { says, problems };
}

async function routed(page: Page, served: ServedPage): Promise<string[]> {
  const run = await served.ask('Prove that the square root of two is irrational', 'router');
  const { words } = await served.get<{ words: { word: string }[] }>(`/v1/runs/${run}/routing`);
  await page.run(`location.hash = '#/runs/${run}'`);
  const first = "document.querySelector('.growth li span')?.innerText";
  const isShown = await page.until(`${first} === ${JSON.stringify(words[0]?.word)}`, 10_000).then(
    () => true,
    () => false,
  );
  const seen = await look(page, 'router-words');
  return isShown ? seen : [...seen, 'The words that the router went by are not shown.'];
}

// What was asked is kept whole a moment after its answer.
async function replayed(page: Page, served: ServedPage): Promise<string[]> {
  const run = await served.ask('What does clause 5.5 say of notice?');
  await page.run(`location.hash = '#/runs/${run}'`);
  const buttons = "[...document.querySelectorAll('.detail button')]";
  const button = `${buttons}.find(each => each.innerText === 'Replay, free')`;
  const card = "document.querySelector('.detail section.card[aria-label^=Replay]')?.innerText";
  const newest = async () =>
    (await served.get<{ data: { id: string }[] }>('/v1/runs?limit=1')).data[0]?.id;
  try {
    await page.until(`${button} !== undefined`, 10_000);
    await page.run(`${button}.click()`);
    await page.until(`/Was: support[^]*Would be: local/.test(${card})`, 10_000);
    const problems = await look(page, 'replay');
    return (await newest()) === run ? problems : [...problems, 'A replay is kept as a run.'];
  } catch (error) {
    return [`A run is not replayed from its page: ${String(error)}`];
  }
}

async function examined(browser: Browser, cwd: string): Promise<string[]> {
  const program = [resolve('bin/tandem.mjs'), 'serve', '--port', '0', '--json'];
  const child = spawn(process.execPath, program, { cwd, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  const page = await browser.page({ width: 390, height: 780, theme: 'dark' });
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { url, studio } = JSON.parse(line) as { url: string; studio: string };
    const headers = { authorization: `Bearer ${studio.split('#key=')[1]}` };
    const response = await fetch(`${url}/v1/machine/examined`, { headers });
    const { sections, advice } = (await response.json()) as Found;
    const wanted = [...sections.map(({ title }) => title), ...advice.map(({ what }) => what)];
    await page.go(studio);
    await page.until("document.querySelector('main .list') !== null", 20_000);
    await page.run("location.hash = '#/machine'");
    const isSaid = (each: string) =>
      `document.querySelector('main').textContent.includes(${JSON.stringify(each)})`;
    const problems: string[] = [];
    for (const each of wanted)
      await page.until(isSaid(each)).catch(() => problems.push(`Machine does not say: ${each}`));
    if (wanted.length === 0) problems.push('A look at this machine finds nothing to say.');
    return [...problems, ...(await look(page, 'machine-examined'))];
  } finally {
    await page.close();
    child.kill();
    await ended;
  }
}

interface Found {
  readonly sections: readonly { readonly title: string }[];
  readonly advice: readonly { readonly what: string }[];
}
