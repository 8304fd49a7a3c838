import { describe, expect, it } from 'vitest';
import { textOf, userCall } from '../../model/answer.ts';
import { placeOf } from '../../model/leaf/model/place.ts';
import { direct } from '../../model/pattern/direct.ts';
import { startWireDouble } from '../../testing/wire/wire-double.ts';
import { rolesFromEnvironment } from '../roles.ts';
import { azure } from './azure.ts';
import { azureBackend } from './azure-backend.ts';
import { scopeOf, tokenSource } from './entra-token.ts';

describe('azure', () => {
  it('sends an API key as Azure wants it, to the versioned path; counts as a cloud', async () => {
    await using double = await startWireDouble();
    const model = azure({ deployment: 'gpt-4.1', endpoint: double.url, apiKey: 'key-1' });
    expect(textOf(await direct(model).doGenerate(userCall('x')))).toBe('hello from the wire');
    const [request] = double.requests;
    expect(request).toMatchObject({
      path: '/openai/v1/chat/completions',
      headers: { 'api-key': 'key-1' },
    });
    expect(request!.headers.authorization).toBeUndefined();
    expect(request!.body.model).toBe('gpt-4.1');
    expect(placeOf(model)).toBe('cloud');
    expect(model.modelId).toBe('azure:gpt-4.1');
  });

  it('sends a bearer token of a credential, fetched once for many calls', async () => {
    await using double = await startWireDouble();
    const scopes: unknown[] = [];
    const credential = {
      async getToken(scope: string | string[]) {
        scopes.push(scope);
        return { token: `token-${scopes.length}`, expiresOnTimestamp: Date.now() + 3_600_000 };
      },
    };
    const model = azure({
      deployment: 'phi-4',
      endpoint: `${double.url}/api/projects/p`,
      credential,
    });
    await Promise.all([1, 2, 3].map(() => model.doGenerate(userCall('x'))));
    expect(double.requests.map(({ headers }) => headers.authorization)).toEqual(
      Array(3).fill('Bearer token-1'),
    );
    expect(double.requests[0]!.path).toBe('/openai/v1/chat/completions');
    expect(scopes).toEqual(['https://cognitiveservices.azure.com/.default']);
  });

  it('fetches a new token before the old one ends', async () => {
    let given = 0;
    const credential = {
      getToken: async () => ({ token: `t${++given}`, expiresOnTimestamp: Date.now() + 60_000 }),
    };
    const token = tokenSource(async () => credential, 'scope');
    expect([await token(), await token()]).toEqual(['t1', 't2']);
  });

  it('chooses the scope by host', () => {
    expect(scopeOf('https://x.services.ai.azure.com/openai/v1')).toBe(
      'https://ai.azure.com/.default',
    );
    expect(scopeOf('https://x.openai.azure.com/openai/v1')).toBe(
      'https://cognitiveservices.azure.com/.default',
    );
  });

  it('speaks to reasoning models in their way, and says what it dropped', async () => {
    await using double = await startWireDouble();
    const model = azure({ deployment: 'o4', endpoint: double.url, apiKey: 'k', reasoning: true });
    const { warnings } = await model.doGenerate(
      userCall('x', { temperature: 0.5, maxOutputTokens: 50 }),
    );
    expect(double.requests[0]!.body).toMatchObject({ max_completion_tokens: 50 });
    expect(double.requests[0]!.body).not.toHaveProperty('temperature');
    expect(warnings).toMatchObject([{ type: 'unsupported', feature: 'temperature' }]);
  });

  it('asks for an endpoint by the name of its variable', () => {
    expect(() => azureBackend.scheme.create('gpt-4.1', { env: {} })).toThrow(
      'Set AZURE_AI_FOUNDRY_ENDPOINT',
    );
  });
});

describe('an address of Azure', () => {
  it.each([
    ['', '/openai/v1/chat/completions'],
    ['/', '/openai/v1/chat/completions'],
    ['/api/projects/p', '/openai/v1/chat/completions'],
    ['/models', '/openai/v1/chat/completions'],
    ['/models/chat/completions?api-version=2024-05-01-preview', '/openai/v1/chat/completions'],
    ['/openai', '/openai/v1/chat/completions'],
    ['/openai/v1/', '/openai/v1/chat/completions'],
    ['/openai/v1/chat/completions', '/openai/v1/chat/completions'],
    ['/openai/responses?api-version=2025-04-01-preview', '/openai/v1/chat/completions'],
    ['/openai/v1/?api-version=preview', '/openai/v1/chat/completions?api-version=preview'],
    ['/openai/v1?subscription-key=a', '/openai/v1/chat/completions?subscription-key=a'],
    [
      '/openai/deployments/gpt-4.1/chat/completions?api-version=2025-01-01-preview',
      '/openai/v1/chat/completions',
    ],
    ['/apim', '/apim/openai/v1/chat/completions'],
    ['/apim/openai/v1', '/apim/openai/v1/chat/completions'],
    ['/a/b/openai/deployments/d', '/a/b/openai/v1/chat/completions'],
  ])('may be a host with %j', async (form, path) => {
    await using double = await startWireDouble([{ raw: '{}' }]);
    const model = azure({ deployment: 'd', endpoint: `${double.url}${form}`, apiKey: 'k' });
    await Promise.resolve(model.doGenerate(userCall('x'))).catch(() => {});
    expect(double.requests[0]!.path).toBe(path);
  });
});

describe('roles from the environment', () => {
  it('are those of samples in Python, by their names', () => {
    expect(
      rolesFromEnvironment({
        LOCAL_BACKEND: 'Ollama',
        LOCAL_MODEL_PATH: 'phi4-mini',
        AZURE_AI_PROJECT_ENDPOINT: 'https://x.services.ai.azure.com/api/projects/p',
        AZURE_AI_MODEL_DEPLOYMENT_NAME: 'gpt-4.1',
      }),
    ).toEqual({
      local: { spec: 'ollama:phi4-mini', settings: { endpoint: 'http://127.0.0.1:11434' } },
      cloud: {
        spec: 'azure:gpt-4.1',
        settings: { endpoint: 'https://x.services.ai.azure.com/api/projects/p' },
      },
    });
  });

  it('are those that the variables name', () => {
    const roles = rolesFromEnvironment({
      SLM_BACKEND: 'ollama',
      OLLAMA_SLM_MODEL: 'phi4-mini',
      LLM_BACKEND: 'azure-ai',
      AZURE_AI_FOUNDRY_ENDPOINT: 'https://x.services.ai.azure.com',
      AZURE_AI_LLM_DEPLOYMENT_NAME: 'gpt-4.1',
    });
    expect(roles).toEqual({
      local: { spec: 'ollama:phi4-mini', settings: { endpoint: 'http://127.0.0.1:11434' } },
      cloud: { spec: 'azure:gpt-4.1', settings: { endpoint: 'https://x.services.ai.azure.com' } },
    });
  });

  it('are none where nothing is set, and errors where half is set', () => {
    expect(rolesFromEnvironment({})).toEqual({});
    expect(() => rolesFromEnvironment({ SLM_BACKEND: 'olama' })).toThrow('Did you mean "ollama"?');
    expect(() => rolesFromEnvironment({ SLM_BACKEND: 'ollama' })).toThrow(
      'OLLAMA_SLM_MODEL is not set',
    );
    expect(() =>
      rolesFromEnvironment({ LLM_BACKEND: 'openai-compatible', OPENAI_COMPATIBLE_LLM_MODEL: 'm' }),
    ).toThrow('OPENAI_COMPATIBLE_ENDPOINT is not set');
  });
});
