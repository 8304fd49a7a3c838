// Legal and medical files: a memo of a matter whose papers must in part not leave this machine.
//
//   node examples/legal-and-medical/main.ts                    no model: readers at both ends
//   node examples/legal-and-medical/main.ts --local ollama:phi4-mini --cloud azure:gpt-4.1
//   node examples/legal-and-medical/main.ts --folder DIR --out DIR "Who saw the fall?"
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { extractive, inCloud, openJournal } from 'tandem';
import { placeOf } from '../job/citations.ts';
import { readPair } from '../job/pair.ts';
import { tapped } from '../job/tapped.ts';
import { type Place, readFile } from './case-file.ts';
import { contradictionsIn } from './contradictions.ts';
import { examine, type HalfAnswer } from './examine.ts';
import { instructionsOf, leakedWords } from './leaks.ts';
import { recordCsv } from './record.ts';

const named = await readPair({ folder: 'string', out: 'string', play: 'boolean' });
const { options, positionals } = named;
const papers = await readFile(String(options.folder ?? join(import.meta.dirname, 'file')));
const { questions: usual } = JSON.parse(
  readFileSync(join(import.meta.dirname, 'memo.json'), 'utf8'),
) as { questions: string[] };
const questions = positionals.length > 0 ? positionals : usual;

const local = named.local ?? extractive();
// A reader that is told to be elsewhere, so that what would leave for a cloud does leave this run.
const { model: cloud, sent } = tapped(named.cloud ?? inCloud(extractive({ sentences: 1 })));
using journal = openJournal({ path: ':memory:' });

const shownPlaces = 2;
const lines: string[] = [];
const line = (text = '') => void lines.push(text);
const place = ({ title, line: at, quote }: Place) => `${title}, line ${at}: "${quote}"`;
const half = (where: string, { text, cited, unsupported }: HalfAnswer) => {
  if (text === '') return;
  line(`  ${where}: ${text}`);
  for (const citation of cited) line(`      [${citation.id}] ${placeOf(citation)}`);
  for (const sentence of unsupported) line(`      no words of the file say this: "${sentence}"`);
};

const labelled = (label: string) => papers.filter(paper => paper.label === label).length;
line(
  `${papers.length} papers: ${labelled('local-only')} stay here, of ${labelled('extracts')} ` +
    'extracts may leave',
);
line(`local: ${local.modelId}; cloud: ${named.cloud?.modelId ?? 'a reader that plays one'}`);
for (const question of questions) {
  const { here, there, nearest } = await examine(question, papers, { local, cloud, journal });
  line();
  line(question);
  half('stays here', here);
  half('from extracts', there);
  if (here.text === '' && there.text === '') line('  No answer was found.');
  if (nearest.length > 0) line('  near by words:');
  for (const found of nearest) line(`      ${place(found)}`);
}
line();
line('What cannot all be true (rules of words, on this machine)');
for (const { about, values } of contradictionsIn(papers)) {
  line(`  ${about}:`);
  for (const [value, places] of values) {
    const more = places.length > shownPlaces ? `, ${places.length} places, the first:` : ':';
    line(`    ${value}${more}`);
    for (const found of places.slice(0, shownPlaces)) line(`      ${place(found)}`);
  }
}
const events = await journal.egress();
const leaked = leakedWords(sent, papers, [...questions, ...(await instructionsOf(local))]);
line();
line(`What left: ${events.length} calls, ${sent.join('').length} characters`);
line(`  words of papers that must stay, and of no other, in what left: ${leaked.length}`);
console.log(lines.join('\n'));

if (typeof options.out === 'string') {
  mkdirSync(options.out, { recursive: true });
  const write = (name: string, text: string) =>
    writeFileSync(join(String(options.out), name), text, { mode: 0o600 });
  write('memo.txt', `${lines.join('\n')}\n`);
  write('what-left.csv', recordCsv(events));
  write('what-left.txt', sent.join('\n\n-----\n\n'));
  console.log(`memo.txt, what-left.csv and what-left.txt (word for word) lie in ${options.out}.`);
}
if (leaked.length > 0) process.exitCode = 1;
