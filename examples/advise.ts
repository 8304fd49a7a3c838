/** Which way to answer from a document pays: said before any call, then taken. */
import assert from 'node:assert/strict';
import { advise, documentCall, extractive, notConfigured, summaryOf, textOf } from 'tandem';
import { patternByName } from 'tandem/config';

const text = [
  'The plant was inspected on 3 May; the valve of tank 4 was found open.',
  ...Array.from(
    { length: 900 },
    (_, n) => `Reading ${n}: pressure and flow were as they should be.`,
  ),
].join('\n');
const question = 'Which valve was found open?';
const cloud = notConfigured('gpt-4.1');

const { best, why, ways, breakEvenTokens } = advise({ question, documents: [{ text }], cloud });
console.log(`${best}: ${why}`);
for (const { name, calls, costUsd, leavingTokens } of ways)
  console.log({ name, calls, costUsd, leavingTokens });
assert.equal(best, 'minions');
assert.ok(Number(breakEvenTokens.minions) > 0);

const auto = patternByName.auto!.make({ local: extractive(), cloud }, {});
const answer = await auto.doGenerate(documentCall(question, [{ title: 'inspection.txt', text }]));
console.log(textOf(answer), summaryOf(answer)!.reason);
assert.match(textOf(answer), /tank 4/);
