import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Proof } from './journal.ts';
import { type Browser, browserProgram, startBrowser } from './studio/browser.ts';
import { checkAccess } from './studio/check-access.ts';
import { checkKeyboard } from './studio/check-keyboard.ts';
import { checkLabel } from './studio/check-label.ts';
import { checkList } from './studio/check-list.ts';
import { checkLive } from './studio/check-live.ts';
import { checkLoop } from './studio/check-loop.ts';
import { checkMoney } from './studio/check-money.ts';
import { checkSight } from './studio/check-sight.ts';
import { checkStates } from './studio/check-states.ts';
import { checkStrangers } from './studio/check-strangers.ts';
import { checkTexts } from './studio/check-texts.ts';
import { checkWhy } from './studio/check-why.ts';
import { type ServedPage, servePage } from './studio/served-page.ts';

/** What a check of the page says, and what it found broken. */
export interface Checked {
  readonly says: readonly string[];
  readonly problems: readonly string[];
}

type Check = (browser: Browser, served: ServedPage, share: number) => Promise<Checked>;

const checks: readonly Check[] = [
  checkList,
  checkLive,
  checkTexts,
  checkStrangers,
  checkKeyboard,
  checkLabel,
  checkMoney,
  checkLoop,
  checkWhy,
  checkAccess,
  checkSight,
  checkStates,
];

/**
 * Proves the page in a real browser: its size, a long list, hostile texts, strangers, keyboard and
 * accessibility. Without a browser the sizes alone are measured, and the rest is skipped.
 */
export async function proveStudio(share: number): Promise<Proof> {
  const says: string[] = [];
  const problems: string[] = [];
  const note = (found: Checked) => {
    says.push(...found.says);
    problems.push(...found.problems);
  };
  note(checkSizes());
  const program = browserProgram();
  if (!program) {
    says.push('skipped: there is no Chromium here. Install it: apt-get install chromium.');
    return { says, problems };
  }
  const folder = mkdtempSync(join(tmpdir(), 'tandem-page-'));
  try {
    await using served = await servePage(folder, Math.max(5000, Math.round(100_000 * share)));
    says.push(`${served.runs} runs in the journal`);
    await using browser = await startBrowser(program);
    const named = process.env.STUDIO_CHECK;
    for (const check of checks)
      if (!named || check.name === named) note(await check(browser, served, share));
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
  return { says, problems };
}

const most = { firstLoad: 40_000, all: 120_000 };

function checkSizes(): Checked {
  if (!existsSync('dist/studio/index.html'))
    return { says: [], problems: ['The page is not built. Run `npm run build`.'] };
  const sizeOf = (path: string) => gzipSync(readFileSync(path), { level: 9 }).length;
  const files = globSync('dist/studio/**/*.{js,css,html,svg}');
  const all = files.reduce((sum, path) => sum + sizeOf(path), 0);
  const index = readFileSync('dist/studio/index.html', 'utf8');
  const scripts = index.matchAll(/\/studio\/(assets\/[\w-]+\.js)/g);
  const named = [...scripts].map(([, path]) => path!);
  const firstLoad = named.reduce((sum, path) => sum + sizeOf(`dist/studio/${path}`), 0);
  const kB = (bytes: number) => `${(bytes / 1000).toFixed(1)} kB`;
  const says = [
    `scripts of the first load ${kB(firstLoad)} of ${kB(most.firstLoad)}, all files ${kB(all)} ` +
      `of ${kB(most.all)}, compressed`,
  ];
  const isHeld = firstLoad <= most.firstLoad && all <= most.all;
  return { says, problems: isHeld ? [] : ['The page is larger than it may be.'] };
}
