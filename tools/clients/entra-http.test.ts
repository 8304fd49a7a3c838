import { describe, expect, it } from 'vitest';
import { azure } from '../../src/backends/azure/azure.ts';
import { userCall } from '../../src/model/answer.ts';
import { startWireDouble } from '../../src/testing/wire/wire-double.ts';
import { managedIdentity } from './managed-identity.ts';

const asked = managedIdentity('prod');

describe('azure with Entra ID and a `fetch` that is given', () => {
  it('asks for tokens by it, as for answers', async () => {
    await using double = await startWireDouble();
    const seen: string[] = [];
    const fetch: typeof globalThis.fetch = async (input, init) => {
      seen.push(new URL(String(input)).pathname);
      return globalThis.fetch(input, init);
    };
    const model = azure({
      deployment: 'gpt-4.1',
      endpoint: double.url,
      scope: 'https://ai.azure.com/.default',
      fetch,
    });
    await model.doGenerate(userCall('x'));
    await model.doGenerate(userCall('x'));
    expect(seen).toEqual(['/msi/token', ...Array(2).fill('/openai/v1/chat/completions')]);
    expect(asked).toEqual([{ resource: 'https://ai.azure.com', header: 'known' }]);
  });
});
