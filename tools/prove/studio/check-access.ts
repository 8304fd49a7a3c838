import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Checked } from '../studio.ts';
import type { Browser, Page } from './browser.ts';
import type { ServedPage } from './served-page.ts';

const axeFile = 'tools/axe/node_modules/axe-core/axe.min.js';
/** Where pictures of every screen go, to be looked at; none where it is not set. */
const pictures = process.env.STUDIO_PICTURES;

const views = [
  { width: 1360, height: 900, theme: 'light' },
  { width: 1360, height: 900, theme: 'dark' },
  { width: 390, height: 780, theme: 'light' },
  { width: 390, height: 780, theme: 'dark' },
] as const;

/** Every screen, light and dark, wide and as on a phone: axe finds nothing. */
export async function checkAccess(
  browser: Browser,
  served: ServedPage,
  share = 1,
): Promise<Checked> {
  const run = await served.ask('What does clause 7.2 say of notice?');
  const screens = {
    runs: '/runs',
    run: `/runs/${run}`,
    border: '/border',
    savings: '/savings',
    try: '/try',
    label: '/label',
    machine: '/machine',
    'no-match': '/runs?q=nothing-is-like-this',
    problem: '/runs?q=colour%3Ared',
  };
  const axe = existsSync(axeFile) ? readFileSync(axeFile, 'utf8') : undefined;
  const problems: string[] = [];
  let looked = 0;
  // A part is one theme on each width.
  for (const view of share < 1 ? [views[0]!, views[3]!] : views) {
    const page = await browser.page(view);
    await page.go(served.studio);
    await page.until("document.querySelectorAll('.rows .row').length > 3", 60_000);
    for (const [name, address] of Object.entries(screens)) {
      const shot = `${name}-${view.width}-${view.theme}`;
      problems.push(...(await look(page, address, { shot, axe })));
      looked++;
    }
    problems.push(...page.reports.map(report => `The page reported: ${report}`));
    await page.close();
  }
  const by = axe ? 'axe' : 'skipped: axe is not installed (npm ci --prefix tools/axe); widths';
  return { says: [`${looked} screens looked at by ${by}`], problems };
}

async function look(
  page: Page,
  address: string,
  { shot, axe }: { readonly shot: string; readonly axe: string | undefined },
): Promise<string[]> {
  await page.run(`location.hash = '#${address}'`);
  await rested(page);
  if (pictures) await keepPicture(page, shot);
  const found = [
    ...(axe ? await violations(page, axe) : []),
    ...(await cutOff(page)),
    ...(await laidOut(page)),
  ];
  return found.map(each => `${shot}: ${each}`);
}

async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(pictures!, { recursive: true });
  writeFileSync(join(pictures!, `${name}.png`), await page.picture());
}

// Until nothing is read any more, and nothing has changed for a moment.
async function rested(page: Page): Promise<void> {
  await page.until(
    `(() => {
      const text = document.querySelector('main').innerText;
      const isSame = window.lastText === text && !document.querySelector('.waiting');
      window.lastText = text;
      return isSame;
    })()`,
    60_000,
  );
}

async function violations(page: Page, axe: string): Promise<string[]> {
  if (!(await page.run<boolean>("'axe' in window"))) await page.run(`${axe};0`);
  return page.run<string[]>(`axe.run(document).then(({ violations }) => violations.map(
    ({ id, nodes }) => id + ' at ' + nodes.slice(0, 3).map(({ target }) => target).join(', ')))`);
}

// Nothing but what scrolls by itself is wider than the screen.
function cutOff(page: Page): Promise<string[]> {
  return page.run<string[]>(`[...document.querySelectorAll('main *, header *')]
    .filter(each => !each.closest('.scroll, .rows, .unseen, pre, .uplot'))
    .filter(each => each.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3)
    .map(each => 'cut off at the right: ' + each.tagName + '.' + each.className)`);
}

// No two words lie on each other, the screens' names stand in one row, and no figure is a slip.
function laidOut(page: Page): Promise<string[]> {
  return page.run<string[]>(`(() => {
    const found = [];
    const slips = /\\b(NaN|undefined|Infinity|null|\\[object \\w+\\])\\b/;
    const slip = slips.exec(document.body.innerText);
    if (slip) found.push('says ' + slip[0]);
    const tops = new Set([...document.querySelectorAll('nav a')].map(a => Math.round(a.offsetTop)));
    if (tops.size > 1) found.push('the names of the screens stand in ' + tops.size + ' rows');
    const words = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node; (node = texts.nextNode()) && words.length < 500; ) {
      const parent = node.parentElement;
      if (!node.data.trim() || parent.closest('.unseen, .rows, script, select, option')) continue;
      if (!parent.checkVisibility()) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const { left, right, top, bottom } of range.getClientRects())
        if (right - left > 2) words.push({ left, right, top, bottom, text: node.data, parent });
    }
    const isOn = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3 &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 6;
    for (const [index, one] of words.entries())
      for (const other of words.slice(index + 1))
        if (isOn(one, other) && one.parent.closest('.scroll') === other.parent.closest('.scroll'))
          found.push('"' + one.text + '" lies on "' + other.text + '"');
    return found.slice(0, 3);
  })()`);
}
