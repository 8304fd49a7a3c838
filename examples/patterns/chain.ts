// Chain of Agents: a worker relays quoted facts along the document; the last one answers.
import { chain, documentCall, textOf } from 'tandem';

const visits = Array.from(
  { length: 60 },
  (_, n) => `Visit ${n + 1}: pressure ${n + 100}, pulse 70.`,
);
const reader = chain({ worker: 'extractive:', manager: 'none:', windowTokens: 4000 });
const document = { title: 'file.txt', text: visits.join('\n\n') };
const call = documentCall('Which pressure was measured at visit 12?', [document]);
const answer = await reader.doGenerate(call);
console.log(textOf(answer));
if (!textOf(answer).includes('pressure 111')) process.exitCode = 1;
