/** What is used of the optional package, so that sources type-check where it is not installed. */
declare module '@azure/identity' {
  export class DefaultAzureCredential {
    constructor(options: {
      readonly allowInsecureConnection?: boolean;
      readonly redirectOptions?: { readonly maxRetries: number };
      readonly httpClient?: import('./entra-http.ts').TokenHttpClient;
    });
    getToken(
      scopes: string | string[],
    ): Promise<{ readonly token: string; readonly expiresOnTimestamp: number } | null>;
  }
}
