import { setTimeout as pause } from 'node:timers/promises';
import type { Checked } from '../studio.ts';
import type { Browser, Page } from './browser.ts';
import { isBusy } from './check-list.ts';
import type { ServedPage } from './served-page.ts';

const perSecond = 100;
const mostRenders = 4;
const mostDelayMs = 20;

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
  const asked = page.requests.filter(address => address.includes('/v1/')).length;
  const delayMs = await usedUnderLoad(page, served, share < 1 ? 4 : 20);
  if (delayMs > mostDelayMs && !isBusy())
    problems.push(`The event loop waits ${delayMs} ms while a page is used under load.`);
  problems.push(...page.reports.map(report => `The page reported: ${report}`));
  await page.close();
  const slow = delayMs > mostDelayMs ? ' (slower than wanted)' : '';
  const says = [
    `followed ${sent} runs in ${seconds} s: no row moved, drawn ${rate.toFixed(1)} times a ` +
      `second of ${mostRenders}, ${asked} requests in all`,
    `p99 of the event loop while a page scrolls, filters and follows ${perSecond} runs a second: ` +
      `${delayMs.toFixed(1)} ms of ${mostDelayMs}${slow}`,
  ];
  return { says, problems };
}

// As a reader does: over the list, a filter, back to all.
async function usedUnderLoad(page: Page, served: ServedPage, seconds: number): Promise<number> {
  const loaded = load(served, seconds);
  await served.delayMs();
  const endMs = performance.now() + seconds * 1000;
  for (let n = 0; performance.now() < endMs; n++) {
    const query = n % 2 === 0 ? '?q=place%3Acloud' : '';
    await page.run(`location.hash = '#/runs${query}'`);
    await page.until("document.querySelectorAll('.rows .row time').length > 3", 20_000);
    await page.run(`(async () => {
      const box = document.querySelector('.rows');
      for (let at = 0; at < 30; at++) {
        box.scrollTop = (box.scrollHeight - box.clientHeight) * at / 30;
        await new Promise(requestAnimationFrame);
      }
    })()`);
    await pause(300);
  }
  const delayMs = await served.delayMs();
  await loaded;
  return delayMs;
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
