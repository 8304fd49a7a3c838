import { parseArgs } from 'node:util';
import {
  type ComparedName,
  type Comparison,
  compare,
  comparedNames,
  shownComparison,
} from './against/compare.ts';
import { askBench } from './ask.ts';
import { gatewayBench } from './gateway.ts';
import { journalBench } from './journal.ts';
import { makerBench } from './maker.ts';
import { makerRealBench } from './maker-real.ts';
import { minionsBench } from './minions.ts';
import { routerBench } from './router.ts';

const benches: Readonly<Record<string, () => Promise<BenchResult>>> = {
  ask: askBench,
  gateway: gatewayBench,
  journal: journalBench,
  maker: makerBench,
  'maker-real': makerRealBench,
  minions: minionsBench,
  router: routerBench,
};

/** What a bench measured: medians of five runs, and whether each is within its bound. */
export interface BenchResult {
  readonly bench: string;
  readonly rows: readonly {
    readonly what: string;
    readonly median: number;
    readonly unit: string;
    readonly atMost?: number;
  }[];
}

const blockTimes = 'On an idle machine one of the gateway takes about 12 s, of the others 8 s.';
const usage = `npm run bench -- [NAME …] [--json]
  Measures this tree: ${Object.keys(benches).join(', ')}. Without a name, all of them.

npm run bench -- NAME --against REF [--blocks N] [--minutes M] [--json]
  Compares this tree with a commit, by processor time: ${comparedNames.join(', ')}.
npm run bench -- gateway --page [--blocks N] [--minutes M] [--json]
  Compares this tree with itself while a page in Chromium follows its runs.
  --blocks N  how many paired blocks; default 30. ${blockTimes}
  --minutes M  ends each bench after so many minutes, and says how many blocks it took.
  It exits with 1 where a ratio's 95 % interval is not on the right side of its bound.`;

const { values: asked, positionals: names } = parseArgs({
  allowPositionals: true,
  options: {
    against: { type: 'string' },
    blocks: { type: 'string', default: '30' },
    help: { type: 'boolean', short: 'h' },
    json: { type: 'boolean' },
    minutes: { type: 'string' },
    page: { type: 'boolean' },
  },
});
if (asked.help) console.log(usage);
else if (asked.against === undefined && !asked.page) await measure();
else await measureAgainst(asked.against);

async function measure(): Promise<void> {
  requireKnown(Object.keys(benches));
  const results: BenchResult[] = [];
  for (const name of names.length > 0 ? names : Object.keys(benches))
    results.push(await benches[name]!());
  if (asked.json) console.log(JSON.stringify(results));
  else for (const result of results) show(result);
  const isMissed = results.some(({ rows }) =>
    rows.some(({ median, atMost }) => atMost !== undefined && median > atMost),
  );
  process.exitCode = isMissed ? 1 : 0;
}

async function measureAgainst(ref: string | undefined): Promise<void> {
  const isFollowed = ref === undefined;
  requireKnown(isFollowed ? ['gateway'] : comparedNames);
  if (asked.page && !isFollowed) refuse('Give `--page` or `--against`, not both.');
  const { blocks, minutes } = lengthAsked();
  const compared: Comparison[] = [];
  const known = isFollowed ? ['gateway' as const] : comparedNames;
  for (const name of names.length > 0 ? (names as ComparedName[]) : known) {
    const wanted = { blocks, ...(ref !== undefined && { ref }), ...(minutes && { minutes }) };
    compared.push(await compare(name, wanted));
  }
  console.log(asked.json ? JSON.stringify(compared) : compared.map(shownComparison).join('\n'));
  process.exitCode = compared.every(({ verdicts }) => verdicts.every(({ holds }) => holds)) ? 0 : 1;
}

function lengthAsked(): { readonly blocks: number; readonly minutes: number | undefined } {
  const blocks = Number(asked.blocks);
  if (!Number.isInteger(blocks) || blocks < 2)
    refuse(`\`--blocks\` must be a whole number from 2, got "${asked.blocks}".`);
  const minutes = asked.minutes === undefined ? undefined : Number(asked.minutes);
  if (minutes !== undefined && !(minutes > 0))
    refuse(`\`--minutes\` must be a number over 0, got "${asked.minutes}".`);
  return { blocks, minutes };
}

function show({ bench, rows }: BenchResult): void {
  console.log(bench);
  for (const { what, median, unit, atMost } of rows) {
    const bound =
      atMost === undefined
        ? ''
        : `  (at most ${atMost} ${unit}: ${median <= atMost ? 'ok' : 'MISSED'})`;
    console.log(`  ${what.padEnd(52)} ${median.toFixed(4).padStart(10)} ${unit}${bound}`);
  }
}

function requireKnown(known: readonly string[]): void {
  const unknown = names.find(name => !known.includes(name));
  if (unknown !== undefined)
    refuse(`There is no bench "${unknown}" here. Known: ${known.join(', ')}.`);
}

function refuse(message: string): never {
  console.error(message);
  process.exit(2);
}
