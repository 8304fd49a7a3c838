import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type RunningServer, startServer } from '../../../apps/gateway/server.ts';
import { workspaceOf } from '../../../apps/gateway/start-gateway.ts';
import { dollars } from '../../../apps/studio/format.ts';
import { notConfigured } from '../../../src/index.ts';
import { doubleOf, lastUserText } from '../../../src/testing/index.ts';
import type { Checked } from '../studio.ts';
import type { Browser, Page } from './browser.ts';
import type { ServedPage } from './served-page.ts';

interface Money {
  readonly id: string;
  readonly costUsd: number | null;
  readonly savedUsd: number | null;
  readonly baseline: string | null;
}

const drafting = (modelId: string, place: 'device' | 'cloud') =>
  doubleOf({ modelId, place }, call => {
    const isHard = lastUserText(call).includes('hard');
    return { text: 'It is blue.', logprobs: [{ token: 'It', logprob: isHard ? -2 : -0.01 }] };
  });
const local = drafting('small', 'device');
// Who drafts in a cloud too pays twice for what is hard.
const cheap = drafting('cheap', 'cloud');
const cloud = doubleOf({ modelId: 'large', place: 'cloud' }, () => ({ text: 'It is blue.' }));
const odd = doubleOf({ modelId: 'odd', place: 'cloud' }, () => ({ text: 'It is blue.' }));
// One that saves, one that costs what the cloud alone does, one that costs more, one of an unknown
// price, one against nobody's model.
const asked = [
  ['desk', 'An easy question'],
  ['desk', 'A hard question'],
  ['dear', 'A hard question of two clouds'],
  ['odd', 'A question of unknown price'],
  ['alone', 'A question that stays'],
] as const;
const times = 3;

/** Cost and saving are the same on the page, in its routes, in `tandem runs` and in `/metrics`. */
export async function checkMoney(
  browser: Browser,
  { folder }: Pick<ServedPage, 'folder'>,
): Promise<Checked> {
  const path = join(folder, 'money.db');
  await using server = await serve(path);
  const listed = await askAll(server);
  const sum = (of: (row: Money) => number | null) =>
    listed.reduce((total, row) => total + (of(row) ?? 0), 0);
  const [spent, saved] = [sum(row => row.costUsd), sum(row => row.savedUsd)];
  const problems = [
    ...kindProblems(listed),
    ...rowProblems(listed, commandLine<readonly Money[]>('runs', path)),
    ...shownProblems(listed, path),
    ...(await sumProblems(server, spent, saved)),
    ...(await pageProblems(browser, server, { listed, spent, saved })),
  ];
  const says = [
    `money of ${listed.length} runs, priced, unpriced, negative and against nobody's model: ` +
      `${dollars(spent)} spent, ${dollars(saved)} saved, the same on Runs, Savings and Border, ` +
      'in `tandem runs`, `tandem show` and `/metrics`',
  ];
  return { says, problems };
}

// A proof of four kinds of money needs all four.
function kindProblems(listed: readonly Money[]): string[] {
  const kinds: Readonly<Record<string, (row: Money) => boolean>> = {
    priced: ({ costUsd }) => (costUsd ?? 0) > 0,
    unpriced: ({ costUsd }) => costUsd === null,
    negative: ({ savedUsd }) => (savedUsd ?? 0) < 0,
    withheld: ({ costUsd, savedUsd, baseline }) =>
      costUsd === 0 && savedUsd === null && baseline === null,
  };
  return Object.entries(kinds)
    .filter(([, isOf]) => listed.filter(isOf).length < times)
    .map(([kind]) => `Of ${times * asked.length} runs too few are ${kind}.`);
}

// One run of each kind, as `tandem show` has it.
function shownProblems(listed: readonly Money[], path: string): string[] {
  return listed.slice(0, asked.length).flatMap(({ id, costUsd, savedUsd }) => {
    const told = commandLine<Money>('show', path, id);
    const isNobodys = told.baseline?.startsWith('none:') ?? false;
    return [
      ...same(`the cost of ${id} in \`show\``, told.costUsd ?? -1, costUsd ?? -1),
      ...same(
        `the saving of ${id} in \`show\``,
        isNobodys ? 0 : (told.savedUsd ?? 0),
        savedUsd ?? 0,
      ),
    ];
  });
}

// Until all are kept, and what is read again each second was.
async function askAll(server: RunningServer): Promise<readonly Money[]> {
  for (const [model, content] of Array.from({ length: times }, () => asked).flat())
    await ask(server, model, content);
  let listed: readonly Money[] = [];
  for (let n = 0; n < 100 && listed.length < times * asked.length; n++) {
    await pause(100);
    listed = (await get<{ data: Money[] }>(server, '/v1/runs')).data;
  }
  await pause(1500);
  return listed;
}

function rowProblems(listed: readonly Money[], told: readonly Money[]): string[] {
  return told.flatMap(({ id, costUsd, savedUsd, baseline }) => {
    const row = listed.find(each => each.id === id);
    const isNobodys = baseline?.startsWith('none:') ?? false;
    return [
      ...same(`the cost of ${id}`, row?.costUsd ?? -1, costUsd ?? -1),
      ...same(`the saving of ${id}`, row?.savedUsd ?? 0, isNobodys ? 0 : (savedUsd ?? 0)),
    ];
  });
}

async function sumProblems(server: RunningServer, spent: number, saved: number): Promise<string[]> {
  const { data } = await get<{ data: readonly Money[] }>(server, '/v1/spend');
  const sum = (key: 'costUsd' | 'savedUsd') =>
    data.reduce((total, row) => total + (row[key] ?? 0), 0);
  const metrics = await text(server, '/metrics');
  return [
    ...same('spent by day', sum('costUsd'), spent),
    ...same('saved by day', sum('savedUsd'), saved),
    ...same('spent in /metrics', seriesOf(metrics, 'tandem_cost_usd_total'), spent),
    ...same('saved in /metrics', seriesOf(metrics, 'tandem_saved_usd'), saved),
  ];
}

interface Shown {
  readonly listed: readonly Money[];
  readonly spent: number;
  readonly saved: number;
}

async function pageProblems(
  browser: Browser,
  server: RunningServer,
  { listed, spent, saved }: Shown,
): Promise<string[]> {
  const page = await browser.page();
  await page.go(server.studio.url);
  await page.until(`document.querySelectorAll('.rows .row time').length >= ${listed.length}`);
  const cells = await page.run<string[]>(
    "[...document.querySelectorAll('.rows .row .money')].map(each => each.innerText)",
  );
  const wanted = listed.map(({ costUsd }) => (costUsd === null ? '?' : dollars(costUsd)));
  const problems = isDeepStrictEqual(cells, wanted) ? [] : [`The page says ${cells.join()}.`];
  const sums = [dollars(spent), dollars(Math.abs(saved))];
  await page.run("location.hash = '#/savings'");
  const holds = sums.map(each => `document.querySelector('main').innerText.includes('${each}')`);
  await page
    .until(holds.join(' && '), 15_000)
    .catch(() => problems.push(`Savings do not say ${sums.join(' and ')}.`));
  for (const said of [
    `${times} runs hold a call whose price is unknown`,
    `${times} runs would compare with a model that nobody has configured`,
  ])
    if (!(await page.run<boolean>(`document.querySelector('main').innerText.includes('${said}')`)))
      problems.push(`Savings do not say: ${said}.`);
  problems.push(...(await borderProblems(page, server)));
  await page.close();
  return problems;
}

// What left is counted on Border as the routes, the runs and `/metrics` count it.
async function borderProblems(page: Page, server: RunningServer): Promise<string[]> {
  const { totals } = await get<{ totals: readonly Left[] }>(server, '/v1/egress');
  const { data } = await get<{ data: readonly LeftRow[] }>(server, '/v1/runs');
  const sum = (of: readonly number[]) => of.reduce((total, each) => total + each, 0);
  const calls = sum(totals.map(each => each.calls));
  const characters = sum(totals.map(each => each.characters));
  await page.run("location.hash = '#/border'");
  const rows = totals.map(each => [each.destination, each.calls, each.characters].join('\\t'));
  const holds = rows.map(row => `document.querySelector('main').innerText.includes("${row}")`);
  const isShown = await page.until(holds.join(' && '), 15_000).then(
    () => true,
    () => false,
  );
  const metrics = seriesOf(await text(server, '/metrics'), 'tandem_cloud_calls_total');
  return [
    ...(isShown && totals.length > 0 ? [] : [`Border does not say ${rows.join(' and ')}.`]),
    ...same('calls that left, of the runs', sum(data.map(row => row.leftCalls)), calls),
    ...same('characters that left', sum(data.map(row => row.leftCharacters)), characters),
    ...same('calls that left in /metrics', metrics, calls),
  ];
}

interface Left {
  readonly destination: string;
  readonly calls: number;
  readonly characters: number;
}

interface LeftRow {
  readonly leftCalls: number;
  readonly leftCharacters: number;
}

function same(what: string, one: number, other: number): string[] {
  return Math.abs(one - other) > 1e-9 ? [`${what}: ${one} is not ${other}.`] : [];
}

async function serve(path: string): Promise<RunningServer & AsyncDisposable> {
  const config = {
    prices: { large: { input: 1000, output: 4000 }, cheap: { input: 100, output: 400 } },
    patterns: {
      desk: { pattern: 'cascade', gate: 'default' },
      dear: { pattern: 'cascade', gate: 'default', local: 'cheap' },
      alone: { pattern: 'cascade', gate: 'default', cloud: 'nobody' },
    },
  };
  const models = { local, cloud, odd, cheap, nobody: notConfigured() };
  const server = await startServer({
    load: async () => workspaceOf(models, config as never),
    ...{ port: 0, journal: { path }, logLevel: 'silent' },
  });
  return { ...server, [Symbol.asyncDispose]: () => server.close(500) };
}

const headersOf = (server: RunningServer) => ({
  'content-type': 'application/json',
  authorization: `Bearer ${server.studio.url.split('#key=')[1]}`,
});

async function ask(server: RunningServer, model: string, content: string): Promise<void> {
  const body = JSON.stringify({ model, messages: [{ role: 'user', content }] });
  const init = { method: 'POST', headers: headersOf(server), body };
  await (await fetch(`${server.url}/v1/chat/completions`, init)).text();
}

async function text(server: RunningServer, path: string): Promise<string> {
  return (await fetch(`${server.url}${path}`, { headers: headersOf(server) })).text();
}

async function get<Answer>(server: RunningServer, path: string): Promise<Answer> {
  return JSON.parse(await text(server, path)) as Answer;
}

function commandLine<Answer>(command: string, path: string, ...more: readonly string[]): Answer {
  const program = [resolve('bin/tandem.mjs'), command, ...more, '--journal', path, '--json'];
  return JSON.parse(execFileSync(process.execPath, program, { encoding: 'utf8' })) as Answer;
}

function seriesOf(metrics: string, name: string): number {
  const lines = metrics.split('\n').filter(line => line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
