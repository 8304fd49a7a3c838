import { availableParallelism, loadavg } from 'node:os';
import type { Checked } from '../studio.ts';
import type { Browser, Page } from './browser.ts';
import { longRun } from './fill-runs.ts';
import type { ServedPage } from './served-page.ts';

const seenRow = `(() => {
  const row = document.querySelector('.rows .row time');
  if (!row) return false;
  const { left, top, width, height } = row.getBoundingClientRect();
  const found = document.elementFromPoint(left + width / 2, top + height / 2);
  return row === found || row.contains(found);
})()`;

/** Bars of the list. */
const most = {
  coldMs: 1500,
  listMs: 15,
  spendMs: 50,
  requests: 5,
  nodes: 800,
  heapBytes: 40e6,
  frameMs: 33,
  openMs: 500,
};
/** Whether others leave too little of the processors: times are told then, and not held. */
export const isBusy = () => (loadavg()[0] ?? 0) > 2 * availableParallelism();
const farBeyond = 3;
const restMs = 40;

/** A long list: seen soon, scrolled through with few requests, little memory and no blank rows. */
export async function checkList(browser: Browser, served: ServedPage): Promise<Checked> {
  const says: string[] = [];
  const problems: string[] = [];
  const hold = (what: string, value: number, bar: number, isTime = false) => {
    const mark = value <= bar ? '' : isTime ? ' (slower than wanted)' : ' (BROKEN)';
    says.push(`${what}: ${Math.round(value * 10) / 10} of ${bar}${mark}`);
    if (isTime && isBusy()) return;
    if (value > bar * (isTime ? farBeyond : 1)) problems.push(`${what} is ${value}, over ${bar}.`);
  };
  const year = new Date(Date.now() - 365 * 86_400_000).toISOString().slice(0, 10);
  says.push(`ms for the first sums of all days: ${await timed(() => served.get('/v1/spend'))}`);
  const ofYear = `/v1/spend?since=${year}`;
  const pages = ['/v1/runs?limit=100', `/v1/runs?limit=100&skip=${served.runs >> 1}`, ofYear];
  for (const path of pages) {
    const bar = path === ofYear ? most.spendMs : most.listMs;
    hold(`ms for ${path}`, await medianMs(() => served.get(path)), bar, true);
  }
  const page = await browser.page();
  const begun = performance.now();
  await page.go(served.studio);
  await page.until(seenRow, 60_000);
  hold('ms until a row is seen', performance.now() - begun, most.coldMs, true);
  await served.delayMs();
  const scrolled = await scroll(page);
  // Where a frame takes longer than a list rests, its place is rested at, and asked for.
  const { requests, rested } = scrolled;
  hold('requests while dragging over the list', requests, most.requests + rested);
  hold('p95 of a frame, ms', scrolled.p95, most.frameMs, true);
  hold('frames without a row', scrolled.blank, 0);
  hold('p99 of the event loop meanwhile, ms', await served.delayMs(), 20, true);
  hold('elements', await page.run<number>('document.querySelectorAll("*").length'), most.nodes);
  hold('heap, bytes', await heapOf(page), most.heapBytes);
  problems.push(...page.reports.map(report => `The page reported: ${report}`));
  const [total] = [await page.run<string>('document.querySelector(".total").textContent')];
  says.push(`the page says: ${total}`);
  hold('ms until a run of 10,000 calls is drawn', await openMs(page), most.openMs, true);
  problems.push(...(await keyboardProblems(page)));
  await page.close();
  return { says, problems };
}

async function heapOf(page: Page): Promise<number> {
  await page.send('HeapProfiler.collectGarbage');
  const { usedSize } = await page.send<{ usedSize: number }>('Runtime.getHeapUsage');
  return usedSize;
}

// Each call of it is painted: one that has no place in the picture would be told.
async function openMs(page: Page): Promise<number> {
  const begun = performance.now();
  await page.run(`location.hash = '#/runs/${longRun}'`);
  await page.until("/9,750 calls/.test(document.querySelector('canvas')?.ariaLabel)", 20_000);
  const ms = performance.now() - begun;
  await page.run("location.hash = '#/runs'");
  await page.until("document.querySelector('.detail') === null");
  return ms;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return Math.round(performance.now() - begun);
}

async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 9; n++) {
    const begun = performance.now();
    await work();
    times.push(performance.now() - begun);
  }
  return times.toSorted((a, b) => a - b)[4]!;
}

interface Scrolled {
  readonly p95: number;
  readonly blank: number;
  readonly requests: number;
  /** Frames that took longer than a list rests before it asks. */
  readonly rested: number;
}

async function scroll(page: Page): Promise<Scrolled> {
  const before = page.requests.filter(isList).length;
  const { times, blank } = await page.run<{ times: number[]; blank: number }>(`(async () => {
    const box = document.querySelector('.rows');
    const times = [];
    let blank = 0;
    let last = performance.now();
    const frames = 200;
    const begun = last;
    for (let n = 0; n <= frames && last - begun < 8000; n++) {
      box.scrollTop = (box.scrollHeight - box.clientHeight) * n / frames;
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      times.push(now - last);
      last = now;
      if (box.querySelectorAll('.row').length === 0) blank++;
    }
    return { times, blank };
  })()`);
  await page.until("document.querySelectorAll('.rows .row time').length > 3", 30_000);
  const requests = page.requests.filter(isList).length - before;
  return {
    p95: times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)]!,
    blank,
    requests,
    rested: times.filter(ms => ms >= restMs).length,
  };
}

function isList(address: string): boolean {
  return address.includes('/v1/runs?limit=100');
}

// From the list to a run and back, without a pointer.
async function keyboardProblems(page: Page): Promise<string[]> {
  await page.run(`document.querySelector('.rows').focus()`);
  await page.press('Home');
  await page.press('ArrowDown');
  await page.press('Enter');
  const steps: readonly (readonly [string, string])[] = [
    ['Enter opens a run', "document.querySelector('.detail h1') !== null"],
  ];
  const problems: string[] = [];
  for (const [what, holds] of steps)
    await page.until(holds, 10_000).catch(() => problems.push(`Not so: ${what}.`));
  problems.push(...(await sheetProblems(page)));
  await page.press('Escape');
  await page
    .until("!document.querySelector('.detail') && document.activeElement.matches('.rows')", 10_000)
    .catch(() => problems.push('Escape does not lead back to the list.'));
  await page.press('/');
  await page
    .until("document.activeElement.id === 'filter'", 5000)
    .catch(() => problems.push('`/` does not lead to the filter.'));
  await page.type('place:cloud is:degraded');
  await page.press('Enter');
  await page
    .until(
      "location.hash.includes('place') && document.querySelector('.rows .badge.cloud')",
      20_000,
    )
    .catch(() => problems.push('A filter that was typed shows no run of the cloud.'));
  return problems;
}

// The sheet of keys keeps the focus where it was; screens are reached by two keys.
async function sheetProblems(page: Page): Promise<string[]> {
  const open = "document.querySelector('dialog[open]')";
  const isOnRows = "document.activeElement.matches('.rows')";
  const steps: readonly (readonly [keys: string, holds: string])[] = [
    ['?', `${open} !== null`],
    ['Escape', `${open} === null && ${isOnRows} && document.querySelector('.detail') !== null`],
    ['g b', "location.hash === '#/border'"],
    ['g r', "location.hash === '#/runs' && document.querySelectorAll('.rows .row').length > 3"],
    ['j', `${isOnRows} && document.querySelector('.row.active') !== null`],
    ['Enter', "document.querySelector('.detail h1') !== null"],
  ];
  const problems: string[] = [];
  for (const [keys, holds] of steps) {
    for (const key of keys.split(' ')) await page.press(key);
    await page.until(holds, 10_000).catch(() => problems.push(`Not so after ${keys}: ${holds}.`));
  }
  return problems;
}
