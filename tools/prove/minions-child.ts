import {
  documentCall,
  inCloud,
  minions,
  onDevice,
  openJournal,
  run,
  summaryOf,
} from '../../src/index.ts';
import { loggedLeaf } from './logged-leaf.ts';

/**
 * MINIONS over many chunks that may be killed at any instant: `node minions-child.ts DATABASE LOG
 * CALLS`.
 */
const [, , path = '', log = '', calls = '501'] = process.argv;
const chunks = (Number(calls) - 1) / 2;
const width = 240;

const line = (n: number) =>
  `Entry ${n} ${n % 25 === 7 ? 'names the broken valve' : 'is dull'}.`.padEnd(width - 2, ' x');
const text = Array.from({ length: chunks }, (_, n) => line(n)).join('\n\n');
const tasks = [
  { id: 'valve', question: 'Which valve is broken?' },
  { id: 'pump', question: 'Which pump is broken?' },
];

const worker = loggedLeaf('worker', {
  log,
  place: onDevice,
  answer: prompt => {
    const n = Number(/<chunk>\\nEntry (\d+)/.exec(prompt)?.[1]);
    const id = prompt.includes('Which valve') ? 'valve' : 'pump';
    const citation = id === 'valve' && n % 25 === 7 ? `Entry ${n} names the broken valve.` : null;
    return [
      `chunk ${n + 1} ${id}`,
      JSON.stringify({ explanation: '', citation, answer: citation }),
    ];
  },
});
const cloud = loggedLeaf('cloud', { log, place: inCloud, answer: () => ['reduce', 'Answered.'] });

const plan = () => ({ tasks, chunking: { by: 'paragraph' as const, characters: width } });
const journal = openJournal({ path });
const call = documentCall('Which valve is broken?', [{ title: 'long.log', text }]);
const answer = await run({ journal, runId: 'proof' }, async () =>
  minions({ local: worker, cloud, plan }).doGenerate(call),
);
journal.close();
const { coverage } = summaryOf(answer)!;
console.log(`${coverage!.read} chunks; ${coverage!.cited} extracts`);
