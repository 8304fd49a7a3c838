// Cascade: with servers, write `local: 'ollama:phi4-mini'` and `cloud: 'azure:gpt-4.1'`.
import { generateText } from 'ai';
import { agreement, cascade, summaryOf } from 'tandem';
import { doubleOf } from 'tandem/testing';

const local = doubleOf({ modelId: 'slm' }, () => ({ text: 'Choose Forgotten password.' }));
const cloud = doubleOf({ modelId: 'llm', place: 'cloud' }, () => ({ text: 'A longer answer.' }));
const desk = cascade({ local, cloud, accept: agreement({ samples: 3 }) });
const prompt = 'How do I reset my password?';
const { text, providerMetadata } = await generateText({ model: desk, prompt });
console.log(text, summaryOf({ providerMetadata })?.reason);
