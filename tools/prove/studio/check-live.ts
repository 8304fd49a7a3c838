import { setTimeout as pause } from 'node:timers/promises';
import type { Checked } from '../studio.ts';
import type { Browser } from './browser.ts';
import type { ServedPage } from './served-page.ts';

const perSecond = 100;
const mostRenders = 4;

// What is under the reader's eyes, and how often anything of the page was drawn anew.
const watched = `(() => {
  const first = () => document.querySelector('.rows .row time')?.closest('.row');
  window.firstId = () => first()?.innerText;
  window.drawn = [];
  new MutationObserver(() => window.drawn.push(performance.now())).observe(document.body,
    { subtree: true, childList: true, characterData: true, attributes: true });
  window.before = window.firstId();
  return window.before;
})()`;

/** A hundred runs a second, and a page that follows: no row moves, and all are counted. */
export async function checkLive(browser: Browser, served: ServedPage, share = 1): Promise<Checked> {
  const seconds = share < 1 ? 5 : 60;
  const problems: string[] = [];
  const page = await browser.page();
  await page.go(served.studio);
  await page.until("document.querySelectorAll('.rows .row time').length > 3", 60_000);
  await pause(1000);
  await page.run(watched);
  const sent = await load(served, seconds);
  const shown = "document.querySelector('.fresh')?.innerText ?? ''";
  await page
    .until(`${shown}.startsWith('${sent.toLocaleString('en-US')} new run')`, 30_000)
    .catch(async () =>
      problems.push(`${sent} runs came, and the page says "${await page.run<string>(shown)}".`),
    );
  const isStill = await page.run<boolean>('window.before === window.firstId()');
  if (!isStill) problems.push('A row moved under the reader while runs came.');
  const drawn = await page.run<number[]>('window.drawn');
  // What is drawn for one update comes within a few milliseconds.
  const renders = drawn.filter((atMs, index) => atMs - (drawn[index - 1] ?? 0) > 20).length;
  const rate = renders / seconds;
  if (rate > mostRenders + 1) problems.push(`The page was drawn ${rate} times a second.`);
  await page.run("document.querySelector('.fresh').click()");
  await page
    .until('window.before !== window.firstId()', 30_000)
    .catch(() => problems.push('The button does not show the new runs.'));
  problems.push(...page.reports.map(report => `The page reported: ${report}`));
  const asked = page.requests.filter(address => address.includes('/v1/')).length;
  await page.close();
  const says = [
    `followed ${sent} runs in ${seconds} s: no row moved, drawn ${rate.toFixed(1)} times a ` +
      `second of ${mostRenders}, ${asked} requests in all`,
  ];
  return { says, problems };
}

async function load(served: ServedPage, seconds: number): Promise<number> {
  const begun = performance.now();
  const asked: Promise<unknown>[] = [];
  while (performance.now() - begun < seconds * 1000) {
    const due = Math.floor(((performance.now() - begun) / 1000) * perSecond) - asked.length;
    // A machine that is busy is not asked more than it answers.
    for (let n = 0; n < Math.min(10, due); n++)
      asked.push(served.ask(`What does clause ${asked.length} say?`, 'local'));
    if (asked.length > 50) await asked[asked.length - 50];
    await pause(20);
  }
  await Promise.all(asked);
  return asked.length;
}
