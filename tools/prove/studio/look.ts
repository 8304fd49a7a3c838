import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from './browser.ts';

const axeFile = 'tools/axe/node_modules/axe-core/axe.min.js';
/** What finds barriers; absent where it is not installed. */
export const axe = existsSync(axeFile) ? readFileSync(axeFile, 'utf8') : undefined;
/** Where pictures of every screen go, to be looked at; none where it is not set. */
const pictures = process.env.STUDIO_PICTURES;

/** Looks at what a page shows once it rests: what axe finds, what is cut off, what overlaps. */
export async function look(page: Page, shot: string): Promise<string[]> {
  await rested(page);
  await keepPicture(page, shot);
  const found = [
    ...(axe ? await violations(page) : []),
    ...(await cutMoney(page)),
    ...(await cutOff(page)),
    ...(await laidOut(page)),
  ];
  return found.map(each => `${shot}: ${each}`);
}

/** Keeps a picture of a page, where pictures are wanted. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  writeFileSync(join(pictures, `${name}.png`), await page.picture());
}

/** Waits until nothing is read any more, and nothing has changed for a moment. */
export async function rested(page: Page): Promise<void> {
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

async function violations(page: Page): Promise<string[]> {
  if (!(await page.run<boolean>("'axe' in window"))) await page.run(`${axe};0`);
  return page.run<string[]>(`axe.run(document).then(({ violations }) => violations.map(
    ({ id, nodes }) => id + ' at ' + nodes.slice(0, 3).map(({ target }) => target).join(', ')))`);
}

// Money is shown whole wherever it stands, and so is where a run was answered.
function cutMoney(page: Page): Promise<string[]> {
  return page.run<string[]>(`[...document.querySelectorAll('.money, .figure, .badge, time, dd')]
    .filter(each => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 0)
    .slice(0, 3)
    .map(each => 'cut: ' + each.innerText.slice(0, 60))`);
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
      const box = parent.closest('.scroll');
      for (const { left, right, top, bottom } of range.getClientRects())
        if (right - left > 2)
          words.push({ left, right, top, bottom, text: node.data, node, box });
    }
    const isOn = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3 &&
      Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 6;
    for (const [index, one] of words.entries())
      for (const other of words.slice(index + 1))
        if (one.node !== other.node && one.box === other.box && isOn(one, other))
          found.push('"' + one.text + '" lies on "' + other.text + '"');
    return found.slice(0, 3);
  })()`);
}
