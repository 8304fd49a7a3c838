import { direct, openJournal, run } from '../../src/index.ts';
import { doubleOf } from '../../src/testing/index.ts';

/**
 * Asks a cloud and then a model that never answers, under a journal, and is killed in the meantime:
 * `node forget-child.ts DATABASE MARK`.
 */
const [, , path = '', mark = ''] = process.argv;
const journal = openJournal({ path, leaseMs: 600_000 });
const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, () => ({ text: `so ${mark}` }));
const mute = doubleOf({ modelId: 'mute' }, () => {
  process.stdout.write('asked\n');
  return new Promise<never>(() => setInterval(() => {}, 1000));
});
const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: mark }] }];
await journal.describe('dead', { question: mark });
await run({ journal, runId: 'dead' }, async () => {
  await direct(cloud).doGenerate({ prompt });
  await direct(mute).doGenerate({ prompt });
});
