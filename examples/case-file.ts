// Case file: Chain of Agents over a patient's file, streamed through the AI SDK; no model is
// needed.
import { streamText } from 'ai';
import { chain, extractive } from 'tandem';

const visits = Array.from(
  { length: 150 },
  (_, n) => `Visit ${n + 2}: blood pressure ${118 + (n % 9)}, no complaint.`,
);
const file = ['Visit 1: allergy to penicillin noted after a rash.', ...visits].join('\n');
const model = chain({
  worker: extractive(),
  manager: extractive(),
  windowTokens: 1200,
  unitTokens: 150,
});

const { textStream } = streamText({
  model,
  messages: [
    {
      role: 'user',
      content: [
        {
          type: 'file',
          mediaType: 'text/plain',
          filename: 'patient.txt',
          data: new TextEncoder().encode(file),
        },
        { type: 'text', text: 'Which allergy was noted?' },
      ],
    },
  ],
});
let text = '';
for await (const delta of textStream) text += delta;
console.log(text);
if (!text.includes('penicillin')) process.exitCode = 1;
