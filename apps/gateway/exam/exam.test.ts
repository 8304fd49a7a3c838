import { afterAll, describe, it } from 'vitest';
import { patternContract } from '../../../src/testing/index.ts';
import { servedModel } from './served-model.ts';
import { subjects } from './subjects.ts';

const opened: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(opened.map(each => each.close())));

for (const [name, subject] of Object.entries(subjects)) {
  describe(`${name} passes the exam through the gateway`, () => {
    const through = {
      ...subject,
      make(models: Parameters<typeof subject.make>[0]) {
        const served = servedModel(subject.make(models));
        opened.push(served);
        return served.model;
      },
      overlapping: subject.overlapping ?? 150,
      settleMs: 150,
    };
    for (const { name: question, run } of patternContract(through)) it(question, run);
  });
}
