import type { Checked } from '../studio.ts';
import type { Browser, Page } from './browser.ts';
import type { ServedPage } from './served-page.ts';

interface Pairs {
  readonly whole: number;
  readonly rated: number;
}

const [asked, wanted] = [6, 5];
const shownCount = "document.querySelector('.screen p strong')?.innerText";
const hasPair = 'document.querySelector(\'[aria-label="First answer"]\') !== null';
const pressedTwice =
  "for (const key of ['3', '1']) dispatchEvent(new KeyboardEvent('keydown', { key }))";
const askButton =
  "[...document.querySelectorAll('button')].find(b => /^Ask for/.test(b.innerText))";

/** Pairs are asked for with a button, rated with the keyboard, each once, and calibrated by. */
export async function checkLabel(browser: Browser, served: ServedPage): Promise<Checked> {
  for (let n = 0; n < asked; n++) await served.ask(`What does clause 7.${n} say of notice?`);
  const problems: string[] = [];
  const page = await browser.page();
  await page.go(served.studio);
  await page.until("document.querySelectorAll('.rows .row').length > 3", 60_000);
  await page.run("location.hash = '#/label'");
  const before = await served.get<Pairs>('/v1/pairs');
  for (let n = 0; n < wanted; n++) {
    await showPair(page);
    // Pressed twice, as who is in a hurry does: it is one rating.
    await page.run(pressedTwice);
    await page.until(`${shownCount} === '${before.rated + n + 1}'`);
  }
  const { rated } = await served.get<Pairs>('/v1/pairs');
  if (rated !== before.rated + wanted)
    problems.push(`${wanted} pairs were rated, and ${rated - before.rated} are noted.`);
  await page.run("document.querySelector('section[aria-label=Calibrate] button').click()");
  await page.until("document.body.innerText.includes('A gate cannot be fitted')");
  problems.push(...(await askedAgain(page, served)));
  problems.push(...page.reports.map(report => `The page reported: ${report}`));
  await page.close();
  const says = [
    `${wanted} pairs asked for and rated by the keyboard`,
    'one run asked again elsewhere',
  ];
  return { says, problems };
}

async function showPair(page: Page): Promise<void> {
  for (;;) {
    await page.until(`${hasPair} || ${askButton}?.disabled === false`);
    if (await page.run<boolean>(hasPair)) return;
    // It may have come meanwhile.
    await page.run(`${askButton}?.click()`);
    await page.until(`${hasPair} || ${askButton}?.disabled !== true`);
  }
}

// A question that was kept is asked of another model from its run, after its price was shown.
async function askedAgain(page: Page, served: ServedPage): Promise<string[]> {
  const id = await served.ask('What does clause 9.1 say of notice?');
  await page.run(`location.hash = '#/runs/${id}'`);
  const press = (name: string) =>
    page.run(`[...document.querySelectorAll('.detail button')]
      .find(each => each.textContent === '${name}').click()`);
  const isSeen = "document.querySelector('.detail select') !== null";
  const card = "document.querySelector('.detail section.card')?.innerText ?? ''";
  const steps: readonly (readonly [name: string, holds: string])[] = [
    ['What would leave?', `/characters would go to azure:gpt-4.1/.test(${card})`],
    ['Send', `/left in 1 call/.test(${card})`],
  ];
  try {
    await page.until(isSeen, 10_000);
    await page.run(`(() => {
      const choice = document.querySelector('.detail select');
      choice.value = 'cloud';
      choice.dispatchEvent(new Event('change', { bubbles: true }));
    })()`);
    for (const [name, holds] of steps) {
      await press(name);
      await page.until(holds, 15_000);
    }
    return [];
  } catch (error) {
    return [`A run is not asked again of another model: ${String(error)}`];
  }
}
