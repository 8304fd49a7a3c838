// One program, its local role on Ollama, then LM Studio, then Azure: one variable changes, or one
// line of the configuration. The servers are doubles, which speak each server's protocol; their
// answers are scripted.
import { generateText } from 'ai';
import { createTandem } from 'tandem';
import { startServerDouble, startWireDouble } from 'tandem/testing';

const steps = [{ text: 'Choose Forgotten password.' }];
const ollama = await startServerDouble('ollama', { steps });
const lmstudio = await startServerDouble('lmstudio', { steps });
const azure = await startWireDouble(steps);

const places = {
  OLLAMA_ENDPOINT: ollama.url,
  OLLAMA_SLM_MODEL: 'phi-4-mini',
  LMSTUDIO_ENDPOINT: lmstudio.url,
  LMSTUDIO_SLM_MODEL: 'phi-4-mini',
  AZURE_AI_FOUNDRY_ENDPOINT: azure.url,
  AZURE_AI_SLM_DEPLOYMENT_NAME: 'phi-4-mini',
  AZURE_AI_API_KEY: 'not-a-real-key',
};

async function program(env: Record<string, string>, local?: string): Promise<string> {
  const tandem = createTandem(
    {
      ...(local && { models: { local } }),
      patterns: { support: { pattern: 'cascade', gate: 'agreement', samples: 2 } },
    },
    { env },
  );
  const { text, providerMetadata } = await generateText({
    model: tandem('support'),
    prompt: 'How do I reset my password?',
  });
  const { answeredBy, place } = { ...providerMetadata?.tandem };
  return `${answeredBy} (${place}): ${text}`;
}

const expected: Record<string, string> = {
  ollama: 'ollama:phi-4-mini (device)',
  lmstudio: 'lmstudio:phi-4-mini (device)',
  'azure-ai': 'azure:phi-4-mini (cloud)',
};

for (const [backend, who] of Object.entries(expected)) {
  const byVariable = await program({ ...places, SLM_BACKEND: backend });
  const byLine = await program(places, `${backend}:phi-4-mini`);
  console.log(`${backend.padEnd(9)} ${byVariable}`);
  if (byVariable !== byLine || !byVariable.startsWith(`${who}: Choose`)) {
    console.error(`Expected ${who} both ways, got: ${byVariable} and ${byLine}`);
    process.exitCode = 1;
  }
}

await Promise.all([ollama.close(), lmstudio.close(), azure.close()]);
