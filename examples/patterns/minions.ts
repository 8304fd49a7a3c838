// MINIONS: workers read the whole document here; the cloud would see checked quotes alone.
import { documentCall, minions, textOf } from 'tandem';

const towers = Array.from({ length: 40 }, (_, n) => `Tower ${n + 1} has ${n * 3 + 7} windows.`);
const reader = minions({ local: 'extractive:', cloud: 'none:', plan: 'plain', concurrency: 4 });
const document = { title: 'towers.txt', text: towers.join('\n\n') };
const call = documentCall('How many windows has tower 23?', [document]);
const answer = await reader.doGenerate(call);
console.log(textOf(answer));
if (!textOf(answer).includes('73 windows')) process.exitCode = 1;
