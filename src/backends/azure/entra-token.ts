/// <reference path="./azure-identity.d.ts" />
import { TandemError } from '../../model/errors.ts';
import { httpClientBy } from './entra-http.ts';

/** Anything that gives Entra ID tokens, such as a credential of `@azure/identity`. */
export interface TokenCredential {
  getToken(
    scopes: string | string[],
  ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
}

// Refreshed before it ends, so that no request leaves with a token about to expire.
const marginMs = 2 * 60_000;

/**
 * Makes a function that gives a valid token: kept until shortly before its end, fetched once for
 * calls at a time.
 */
export function tokenSource(
  credential: () => Promise<TokenCredential>,
  scope: string,
): () => Promise<string> {
  let kept: { readonly token: string; readonly expiresOnTimestamp: number } | undefined;
  let pending: Promise<string> | undefined;
  const fetchToken = async () => {
    const given = await (await credential()).getToken(scope);
    if (!given) {
      const message =
        `Entra ID gave no token for ${scope}. Sign in (\`az login\`), or set ` +
        'AZURE_AI_API_KEY.';
      throw new TandemError('missing_setting', message);
    }
    kept = given;
    return given.token;
  };
  return () => {
    if (kept && kept.expiresOnTimestamp - Date.now() > marginMs) return Promise.resolve(kept.token);
    pending ??= fetchToken().finally(() => {
      pending = undefined;
    });
    return pending;
  };
}

/**
 * Loads `DefaultAzureCredential` of the optional package, which asks for its tokens by `fetch`
 * where one is given.
 * @throws TandemError `missing_package`
 */
export async function defaultCredential(fetch?: typeof globalThis.fetch): Promise<TokenCredential> {
  try {
    const { DefaultAzureCredential } = await import('@azure/identity');
    // The type leaves redirects out; what fetches tokens reads them, and a header that opens a
    // vault would go along.
    const options = { allowInsecureConnection: false, redirectOptions: { maxRetries: 0 } };
    return new DefaultAzureCredential({
      ...options,
      ...(fetch && { httpClient: httpClientBy(fetch) }),
    });
  } catch (error) {
    throw new TandemError(
      'missing_package',
      'Entra ID needs the package @azure/identity. Run `npm install @azure/identity`, or set ' +
        'AZURE_AI_API_KEY.',
      { cause: error },
    );
  }
}

/** The scope that a host's tokens are for. */
export function scopeOf(endpoint: string): string {
  const isFoundry = new URL(endpoint).hostname.endsWith('.services.ai.azure.com');
  return isFoundry
    ? 'https://ai.azure.com/.default'
    : 'https://cognitiveservices.azure.com/.default';
}
