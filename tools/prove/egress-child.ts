import { openaiCompatible } from '../../src/entries/backends.ts';
import {
  documentCall,
  extractive,
  minions,
  openJournal,
  personalDataMasker,
  run,
} from '../../src/index.ts';

/**
 * Asks a cloud double many questions on a document, and may be killed: `node egress-child.ts
 * DATABASE URL RUN`.
 */
const [, , path = '', url = '', runId = ''] = process.argv;

const cloud = openaiCompatible({ model: 'gpt-4.1', endpoint: `${url}/v1`, place: 'cloud' });
const model = minions({ local: extractive(), cloud });
const text = Array.from(
  { length: 60 },
  (_, n) => `Paragraph ${n}: the pump of hall ${n} was serviced by crew ${n % 7}.`,
).join('\n\n');

const journal = openJournal({ path });
for (let n = 0; n < 40; n++) {
  const call = documentCall(
    `Which crew serviced the pump of hall ${n}? Mail boss${n}@example.org.`,
    [{ title: 'halls.txt', text }],
  );
  await run({ journal, runId: `${runId} ${n}`, masker: personalDataMasker() }, async () =>
    model.doGenerate(call),
  );
}
journal.close();
