import type { Checked } from '../studio.ts';
import type { Browser, Page } from './browser.ts';
import { citedRun, hostileRun } from './fill-runs.ts';
import { hostileTexts } from './hostile-texts.ts';
import type { ServedPage } from './served-page.ts';

const strangeElements = `(() => {
  const made = 'img, iframe, object, embed, base, form[action], body script, body style, body svg';
  const links = [...document.querySelectorAll('a')].map(link => link.getAttribute('href'));
  const bad = links.filter(href => !/^(https?:|#|\\/)/.test(href));
  return document.querySelectorAll(made).length + bad.length;
})()`;

/** Hostile questions and answers, on every screen: shown, and never obeyed. */
export async function checkTexts(
  browser: Browser,
  served: ServedPage,
  share = 1,
): Promise<Checked> {
  const problems: string[] = [];
  const page = await browser.page();
  await page.go(served.studio);
  await page.until("document.querySelectorAll('.rows .row').length > 3", 60_000);
  let shown = 0;
  // A part takes each kind once, alone or within words.
  const step = share < 1 ? 4 : 1;
  for (const [index, text] of hostileTexts.entries()) {
    if (index % step > 0) continue;
    const id = await served.ask(`${text} hostile ${index}`, 'local');
    await page.run(`location.hash = '#/runs/${id}'`);
    await page
      .until("document.querySelector('.detail .said') !== null", 10_000)
      .then(() => shown++)
      .catch(() => problems.push(`The answer of text ${index} was never shown.`));
    const strange = await page.run<number>(strangeElements);
    const isPwned = await page.run<boolean>("'pwned' in window");
    if (strange > 0 || isPwned) problems.push(`Text ${index} became markup, or ran.`);
  }
  problems.push(...(await namedTexts(page, step)), ...(await sentTexts(browser, served)));
  problems.push(...(await citedTexts(page, step)), ...(await fileNames(page, step)));
  for (const screen of ['border', 'savings', 'try', 'machine'])
    await page.run(`location.hash = '#/${screen}'`);
  const outside = page.requests.filter(
    address => !address.startsWith(served.url) && !/^(blob|about|data):/.test(address),
  );
  problems.push(...outside.map(address => `A request left for ${address}.`));
  problems.push(...page.reports.map(report => `The page reported: ${report}`));
  await page.close();
  const says = [
    `${shown} of ${Math.ceil(hostileTexts.length / step)} hostile questions and answers shown, ` +
      `and as many names and errors, citations and names of files, ` +
      `${outside.length} requests elsewhere, ${page.reports.length} reports`,
  ];
  return { says, problems };
}

// As names of models, keys and patterns, as errors and destinations: on the run, and on each list.
async function namedTexts(page: Page, step: number): Promise<string[]> {
  const problems: string[] = [];
  const places = hostileTexts.flatMap((_, n) => (n % step > 0 ? [] : [`runs/${hostileRun(n)}`]));
  for (const place of [...places, 'runs', 'border', 'savings', 'label', 'machine']) {
    await page.run(`location.hash = '#/${place}'`);
    const isRun = place.startsWith('runs/');
    const holds = isRun
      ? `document.querySelector('.detail h1') !== null && location.hash.endsWith('${place}')`
      : "document.querySelector('main').innerText.length > 20";
    await page.until(holds, 15_000).catch(() => problems.push(`${place} is not shown.`));
    if ((await page.run<number>(strangeElements)) > 0 || (await page.run("'pwned' in window")))
      problems.push(`A hostile name became markup, or ran, on ${place}.`);
  }
  return problems;
}

// As quotes, headings and titles of documents: the evidence of a run shows them as they are.
async function citedTexts(page: Page, step: number): Promise<string[]> {
  const problems: string[] = [];
  for (const [n, text] of hostileTexts.entries()) {
    if (n % step > 0) continue;
    await page.run(`location.hash = '#/runs/${citedRun(n)}'`);
    const shown = "document.querySelector('.citations blockquote')?.textContent";
    await page
      .until(
        `location.hash.endsWith('${citedRun(n)}') && ${shown} !== undefined && ` +
          `document.querySelector('.detail h1')?.textContent === 'Cited ${n}'`,
        15_000,
      )
      .catch(() => problems.push(`The citation of text ${n} is not shown.`));
    const said = await page.run<string>(shown);
    const plain = (each: string) => each.replace(/[\p{Cc}\p{Cf}\s]/gu, '').replaceAll('␣', '');
    if (plain(said ?? '') !== plain(text)) problems.push(`A citation is shown as ${said}.`);
    // A picture of where a quote stands is the page's own.
    const strange = await page.run<number>(strangeElements.replace(', body svg', ''));
    if (strange > 0 || (await page.run("'pwned' in window")))
      problems.push(`A hostile citation became markup, or ran: ${text}`);
  }
  return problems;
}

// As names of files that are dropped on a question: said by the page, and by the gateway's answer.
async function fileNames(page: Page, step: number): Promise<string[]> {
  const problems: string[] = [];
  await page.run("location.hash = '#/try'");
  await page.until("document.querySelector('input[type=file]') !== null");
  for (const [n, text] of hostileTexts.entries()) {
    if (n % step > 0) continue;
    const name = JSON.stringify(`${n} ${text}`.replaceAll('/', '∕').slice(0, 120));
    await page.run(`(() => {
      const field = document.querySelector('input[type=file]');
      const given = new DataTransfer();
      given.items.add(new File(['The notice period is 30 days.'], ${name}, { type: 'text/plain' }));
      field.files = given.files;
      field.dispatchEvent(new Event('change', { bubbles: true }));
    })()`);
    const shown = "document.querySelector('.drop strong')?.textContent";
    await page
      .until(`${shown}?.startsWith('${n} ') || document.querySelector('.drop .problem') !== null`)
      .catch(() => problems.push(`The file of text ${n} is not shown.`));
    if ((await page.run<number>(strangeElements)) > 0 || (await page.run("'pwned' in window")))
      problems.push(`A hostile name of a file became markup, or ran: ${text}`);
  }
  return problems;
}

// The text of what left opens on the border by its button, as it left, and is text there too.
async function sentTexts(browser: Browser, served: ServedPage): Promise<string[]> {
  const problems: string[] = [];
  const asked = '<img src=x onerror=alert(1)> what does the cloud say?';
  const id = await served.ask(asked, 'cloud');
  const page = await browser.page();
  await page.go(served.studio);
  await page.until("document.querySelectorAll('.rows .row').length > 3", 60_000);
  for (const place of [`runs/${id}`, 'border']) {
    await page.run(`location.hash = '#/${place}'`);
    const button = "document.querySelector('button[aria-expanded=false]')";
    await page.until(`${button} !== null`, 10_000);
    await page.run(`${button}.click()`);
    const shown = "document.querySelector('td .said pre')?.textContent";
    await page
      .until(`${shown}?.includes(${JSON.stringify(asked)})`, 10_000)
      .catch(() => problems.push(`The text that left is not shown on ${place}.`));
    if (await page.run<boolean>("document.querySelector('img') !== null"))
      problems.push('A text that left became markup.');
  }
  await page.close();
  return problems;
}
