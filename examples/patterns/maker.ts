// MAKER: a toy model that errs now and then adds two numbers; votes outvote its errors.
import { generateText } from 'ai';
import { maker, summaryOf } from 'tandem';
import { multiplicationTask } from 'tandem/solve';

const task = multiplicationTask('47', '36');
const solver = 'tiny:multiplication-random-errors';
const model = maker({ solver, task: () => task, k: 3, maxOutputTokens: 60 });
const { text, providerMetadata } = await generateText({ model, prompt: task.name });
console.log(text, summaryOf({ providerMetadata })?.reason);
if (!text.includes('1692')) process.exitCode = 1;
