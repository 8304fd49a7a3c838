// Document analysis: MINIONS reads a long text with no model at all, and cites what it found.
import { documentCall, extractive, minions, plainPlan, textOf } from 'tandem';

const chapters = Array.from(
  { length: 40 },
  (_, n) => `Chapter ${n + 1}. Tower ${n + 1} has ${n * 3 + 7} windows.`,
);
const model = minions({ local: extractive(), cloud: extractive(), plan: plainPlan });

const text = chapters.join('\n\n');
const call = documentCall('How many windows has tower 23?', [{ title: 'towers.txt', text }]);

const answer = await model.doGenerate(call);
console.log(textOf(answer));
for (const part of answer.content)
  if (part.type === 'source') console.log(part.id, part.providerMetadata?.tandem);
if (!textOf(answer).includes('73 windows')) process.exitCode = 1;
