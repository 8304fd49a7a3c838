import type { Checked } from '../studio.ts';
import type { Browser } from './browser.ts';
import { axe, look } from './look.ts';
import type { ServedPage } from './served-page.ts';

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
  const problems: string[] = [];
  let looked = 0;
  // A part is one theme on each width.
  for (const view of share < 1 ? [views[0]!, views[3]!] : views) {
    const page = await browser.page(view);
    await page.go(served.studio);
    await page.until("document.querySelectorAll('.rows .row').length > 3", 60_000);
    for (const [name, address] of Object.entries(screens)) {
      const shot = `${name}-${view.width}-${view.theme}`;
      await page.run(`location.hash = '#${address}'`);
      problems.push(...(await look(page, shot)));
      looked++;
    }
    problems.push(...page.reports.map(report => `The page reported: ${report}`));
    await page.close();
  }
  const by = axe ? 'axe' : 'skipped: axe is not installed (npm ci --prefix tools/axe); widths';
  return { says: [`${looked} screens looked at by ${by}`], problems };
}
