// The README's example, with doubles of both servers in place of real ones: the answers below are
// scripted.
import { startWireDouble } from 'tandem/testing';

const ollama = await startWireDouble([{ text: 'Choose Forgotten password.' }]);
const azure = await startWireDouble([{ text: 'A longer answer.' }]);
process.env.OLLAMA_ENDPOINT = ollama.url;
process.env.AZURE_AI_FOUNDRY_ENDPOINT = azure.url;
process.env.AZURE_AI_API_KEY = 'not-a-real-key';

const { generateText } = await import('ai');
const { agreement, all, cascade, complete, model } = await import('tandem');

const support = cascade({
  local: model('ollama:phi4-mini'),
  cloud: model('azure:gpt-4.1'),
  accept: all(complete(), agreement({ samples: 3 })),
});

const { text, providerMetadata } = await generateText({
  model: support,
  prompt: 'How do I reset my password?',
});

console.log(text, providerMetadata?.tandem);
await Promise.all([ollama.close(), azure.close()]);
