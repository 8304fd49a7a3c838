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

const names = process.argv.slice(2).filter(argument => !argument.startsWith('--'));
const isJson = process.argv.includes('--json');
const unknown = names.find(name => !Object.hasOwn(benches, name));
if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}". Known: ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
const results: BenchResult[] = [];
for (const name of names.length > 0 ? names : Object.keys(benches)) results.push(await benches[name]!());
if (isJson) console.log(JSON.stringify(results));
else
  for (const { bench, rows } of results) {
    console.log(bench);
    for (const { what, median, unit, atMost } of rows) {
      const bound = atMost === undefined ? '' : `  (at most ${atMost} ${unit}: ${median <= atMost ? 'ok' : 'MISSED'})`;
      console.log(`  ${what.padEnd(52)} ${median.toFixed(4).padStart(10)} ${unit}${bound}`);
    }
  }
const isMissed = results.some(({ rows }) => rows.some(({ median, atMost }) => atMost !== undefined && median > atMost));
process.exitCode = isMissed ? 1 : 0;
