import { describe, expect, it } from 'vitest';
import { azure } from '../../src/backends/azure/azure.ts';
import { userCall } from '../../src/model/answer.ts';
import { startWireDouble } from '../../src/testing/wire/wire-double.ts';
import { managedIdentity } from './managed-identity.ts';

const asked = managedIdentity('ManagedIdentityCredential');

describe('azure with Entra ID', () => {
  it('asks the real DefaultAzureCredential for a token of the right scope, once', async () => {
    await using double = await startWireDouble();
    const model = azure({
      deployment: 'gpt-4.1',
      endpoint: double.url,
      scope: 'https://ai.azure.com/.default',
    });
    await model.doGenerate(userCall('x'));
    await model.doGenerate(userCall('x'));
    expect(double.requests.map(({ headers }) => headers.authorization)).toEqual(
      Array(2).fill('Bearer entra-token'),
    );
    expect(double.requests[0]!.headers['api-key']).toBeUndefined();
    expect(asked).toEqual([{ resource: 'https://ai.azure.com', header: 'known' }]);
  });
});
