import type { Checked } from '../studio.ts';
import type { Browser, Page } from './browser.ts';
import type { ServedPage } from './served-page.ts';

// What has the focus, and whether anybody sees that: an outline of it, or of its active row, within
// the window and under nothing. Past the last element it leaves the page, and the body has it.
const focus = `(() => {
  const at = document.activeElement;
  const before = window.focusBefore;
  window.focusBefore = at;
  const reached = [...document.querySelectorAll(
    'a[href], button:enabled, input:enabled, select:enabled, textarea:enabled, [tabindex="0"]'
  )].filter(each => each.checkVisibility());
  if (at === document.body && before === reached.at(-1)) return { what: 'the end', isSeen: true };
  const row = at.matches('.rows') ? at.querySelector('.row.active') : undefined;
  const seen = row ?? at;
  const { outlineStyle, outlineWidth } = getComputedStyle(seen);
  const { left, right, top, bottom } = seen.getBoundingClientRect();
  const isWithin = right > 0 && left < innerWidth && bottom > 0 && top < innerHeight;
  const name = at.getAttribute('aria-label') ?? at.innerText ?? at.id;
  return {
    what: at.tagName.toLowerCase() + ' "' + name.slice(0, 40) + '"',
    isSeen: isWithin && at !== document.body && outlineStyle !== 'none' &&
      parseFloat(outlineWidth) >= 1,
  };
})()`;

interface Focus {
  readonly what: string;
  readonly isSeen: boolean;
}

const mostTabs = 60;

/** Without a pointer: start, filter, a run, what left, a rating, and back to where one was. */
export async function checkKeyboard(browser: Browser, served: ServedPage): Promise<Checked> {
  await served.ask(asked, 'cloud');
  const page = await browser.page();
  await page.go(served.studio);
  await page.until("document.querySelectorAll('.rows .row time').length > 3", 60_000);
  const hand = handOf(page);
  const problems = [...(await walked(page, hand)), ...hand.problems];
  problems.push(...(await nameProblems(page, served)));
  problems.push(...page.reports.map(report => `The page reported: ${report}`));
  await page.close();
  const says = [
    `start, filter, run, what left, rating and back by keyboard: the focus is seen at each of ` +
      `${hand.stops()} steps`,
    'names read from the accessibility tree on 7 screens',
  ];
  return { says, problems };
}

/** A hand on the keyboard, which sees after each key what has the focus. */
interface Hand {
  readonly problems: readonly string[];
  stops(): number;
  press(key: string): Promise<void>;
  /** Presses Tab until what has the focus holds. */
  tabTo(what: string, isIt: string): Promise<void>;
}

function handOf(page: Page): Hand {
  const problems: string[] = [];
  let stops = 0;
  let aim = 'the filter';
  const press = async (key: string) => {
    await page.press(key);
    const { what, isSeen } = await page.run<Focus>(focus);
    stops++;
    if (!isSeen)
      problems.push(`After ${key} the focus is not seen: ${what}, on the way to ${aim}.`);
  };
  return {
    problems,
    stops: () => stops,
    press,
    async tabTo(what, isIt) {
      aim = what;
      // What is still on its way is not looked for by going round and round.
      await page
        .until(`[...document.querySelectorAll('*')].some(at => ${isIt})`, 15_000)
        .catch(() => {});
      for (let n = 0; n < mostTabs; n++) {
        if (await page.run<boolean>(`(at => ${isIt})(document.activeElement)`)) return;
        await press('Tab');
      }
      problems.push(`${what} is not reached by Tab.`);
    },
  };
}

/** What is done with the keys, and what holds then. */
interface Step {
  readonly what: string;
  readonly to?: readonly [what: string, isIt: string];
  readonly types?: string;
  readonly keys: string;
  readonly holds: string;
}

const asked = 'What does clause 12.4 say of notice, by keyboard?';
const steps: readonly Step[] = [
  { what: '/ leads to the filter', keys: '/', holds: "document.activeElement.id === 'filter'" },
  {
    what: 'a filter is set',
    types: 'keyboard place:cloud',
    keys: 'Enter',
    holds:
      '/keyboard/.test(location.hash) && ' +
      "document.querySelector('.rows .row .title')?.innerText.includes('12.4')",
  },
  {
    what: 'a run opens',
    to: ['the list', "at.matches('.rows')"],
    keys: 'Enter',
    holds: "document.querySelector('.detail button[aria-expanded]') !== null",
  },
  {
    what: 'the text that left opens',
    to: ['the text that left', "at.matches('.detail button[aria-expanded]')"],
    keys: 'Enter',
    holds: `document.querySelector('.detail td .said')?.innerText.includes('${asked}')`,
  },
  {
    what: 'the answer is rated',
    to: ['the rating', "/Right/.test(at.innerText) && at.matches('button')"],
    keys: 'Enter',
    holds: "document.querySelector('.detail').innerText.includes('Kept.')",
  },
  {
    what: 'Esc leads back to the same filter and row',
    keys: 'Escape',
    holds:
      "/keyboard/.test(location.hash) && !document.querySelector('.detail') && " +
      "document.activeElement.matches('.rows')",
  },
  { what: 'g b shows the border', keys: 'g b', holds: "location.hash === '#/border'" },
];

async function walked(page: Page, hand: Hand): Promise<string[]> {
  const problems: string[] = [];
  for (const { what, to, types, keys, holds } of steps) {
    if (to) await hand.tabTo(...to);
    if (types) await page.type(types);
    for (const key of keys.split(' ')) await hand.press(key);
    await page
      .until(holds, 15_000)
      .catch(() => problems.push(`By keyboard alone it is not so: ${what}.`));
  }
  return problems;
}

interface Node {
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
}

const named = new Set(
  'button link textbox searchbox combobox listbox option radio image article heading'.split(' '),
);

// What a screen reader says: each thing that one can reach has a name, and these are there.
async function nameProblems(page: Page, served: ServedPage): Promise<string[]> {
  const run = await served.ask('What does clause 3.3 say of names?', 'cloud');
  const wanted: Readonly<Record<string, readonly string[]>> = {
    runs: ['navigation Screens', 'listbox Runs', 'searchbox Filter, such as', 'heading Runs'],
    [`runs/${run}`]: [
      'article Run',
      'heading What does clause 3.3',
      'button ✓ Right',
      'button Show',
    ],
    border: ['heading The border', 'button Save as JSONL', 'textbox Destination'],
    savings: ['heading Savings', 'button by day', 'image Spent and saved by day'],
    try: ['combobox Ask', 'textbox Question', 'radio quotes of it may leave', 'button Ask now'],
    label: ['heading Which answer is right?', 'button Calibrate'],
    machine: ['heading This machine', 'link licences.txt'],
  };
  const problems: string[] = [];
  await page.send('Accessibility.enable');
  for (const [screen, names] of Object.entries(wanted)) {
    await page.run(`location.hash = '#/${screen}'`);
    const say = async () => {
      const { nodes } = await page.send<{ nodes: Node[] }>('Accessibility.getFullAXTree');
      return nodes
        .filter(({ ignored }) => !ignored)
        .map(({ role, name }) => ({ role: role?.value ?? '', name: name?.value.trim() ?? '' }));
    };
    let missing = [...names];
    let said = await say();
    for (let n = 0; n < 100 && missing.length > 0; n++) {
      said = await say();
      missing = missing.filter(
        each => !said.some(({ role, name }) => `${role} ${name}`.startsWith(each)),
      );
      if (missing.length > 0) await page.run('new Promise(done => setTimeout(done, 100))');
    }
    problems.push(...missing.map(each => `A screen reader hears no ${each} on ${screen}.`));
    const nameless = said.filter(({ role, name }) => named.has(role) && name === '');
    problems.push(...nameless.slice(0, 2).map(({ role }) => `A ${role} has no name on ${screen}.`));
  }
  await page.send('Accessibility.disable');
  return problems;
}
