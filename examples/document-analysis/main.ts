// Document analysis: questions on a report in PDF, each answer with its page and its words.
//
//   node examples/document-analysis/main.ts                          no model: readers at both ends
//   node examples/document-analysis/main.ts --local ollama:phi4-mini --cloud azure:gpt-4.1
//   node examples/document-analysis/main.ts --report FILE --out evidence.html "What …?"
import { writeFileSync } from 'node:fs';
import { placeOf } from '../job/citations.ts';
import { readPair } from '../job/pair.ts';
import { analyst, cloudStandIn, questions, type Read, read, readReport } from './analyst.ts';
import { evidenceHtml } from './evidence.ts';

const named = await readPair({ report: 'string', out: 'string', play: 'boolean' });
const { options, positionals } = named;
const given = typeof options.report === 'string' ? options.report : undefined;
if (given !== undefined && positionals.length === 0) {
  console.error('A report of yours needs questions. Write them behind the options, in quotes.');
  process.exit(2);
}
const report = await readReport(given);
const asked = positionals.length > 0 ? positionals : questions.map(({ question }) => question);
const model = analyst(named.local, named.cloud ?? cloudStandIn());

console.log(
  `${report.title}, ${report.text.length} characters; local: ` +
    `${named.local?.modelId ?? 'extractive:reader'}; cloud: ` +
    `${named.cloud?.modelId ?? 'a reader that plays one'}`,
);
const answers: [string, Read][] = [];
for (const question of asked) {
  const answer = await read(model, report, question);
  answers.push([question, answer]);
  console.log(`\n${question}\n  ${answer.text}`);
  for (const citation of answer.cited) {
    const quote = citation.quote.replace(/\s+/g, ' ');
    console.log(`    [${citation.id}] ${placeOf(citation)}: "${quote}"`);
  }
  for (const sentence of answer.unsupported)
    console.log(`    nothing in the report says this: "${sentence}"`);
}
const left = answers.reduce((sum, [, { leftCharacters }]) => sum + leftCharacters, 0);
console.log(
  `\n${left} characters left in ${asked.length} questions; the whole report each time would be ` +
    `${report.text.length * asked.length}.`,
);
if (typeof options.out === 'string') {
  writeFileSync(options.out, evidenceHtml(report, answers), { mode: 0o600 });
  console.log(`The evidence is opened in ${options.out}.`);
}
