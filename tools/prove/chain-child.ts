import {
  chain,
  documentCall,
  inCloud,
  onDevice,
  openJournal,
  run,
  summaryOf,
} from '../../src/index.ts';
import { loggedLeaf } from './logged-leaf.ts';

/**
 * A relay over many parts that may be killed at any instant: `node chain-child.ts DATABASE LOG
 * CALLS`.
 */
const [, , path = '', log = '', calls = '501'] = process.argv;
const parts = Number(calls) - 1;
const width = 240;

const line = (n: number) =>
  `Entry ${n} of the long log ${n % 50 === 7 ? 'names the broken valve' : 'is dull'}`.padEnd(
    width - 2,
    ' x',
  );
const text = Array.from({ length: parts }, (_, n) => `${line(n)}.\n`).join('');

const worker = loggedLeaf('worker', {
  log,
  place: onDevice,
  answer: prompt => {
    const n = Number(/<part>\\nEntry (\d+)/.exec(prompt)?.[1]);
    const facts = n % 50 === 7 || n === 0 ? [{ quote: line(n).slice(0, 50) }] : [];
    return [`pass 1 part ${n + 1}`, JSON.stringify({ facts })];
  },
});
const manager = loggedLeaf('manager', {
  log,
  place: inCloud,
  answer: () => ['manager', 'Answered.'],
});

const model = chain({ worker, manager, chunkTokens: width / 4, passes: 1 });
const journal = openJournal({ path });
const call = documentCall('Which valve is broken?', [{ title: 'long.log', text }]);
const answer = await run({ journal, runId: 'proof' }, async () => model.doGenerate(call));
journal.close();
const { coverage } = summaryOf(answer)!;
console.log(`${coverage!.read} parts; ${coverage!.cited} facts`);
