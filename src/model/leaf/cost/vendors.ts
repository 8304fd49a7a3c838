/** A cloud whose models the catalogue lists. */
export interface Vendor {
  /** As the catalogue names it. */
  readonly id: string;
  /** Where it is reached: a host, or the end of one that begins with a dot. */
  readonly hosts: readonly string[];
  /** Schemes of specs, and the first words of the providers of the AI SDK, that mean it. */
  readonly names: readonly string[];
  /** Whose lists are read where its own has no such model. */
  readonly resells?: readonly string[];
  /** Names that models of nobody else bear, so that they need no host. */
  readonly ownNames?: RegExp;
}

/** The clouds of the catalogue. */
export const vendors: readonly Vendor[] = [
  {
    id: 'openai',
    hosts: ['api.openai.com'],
    names: ['openai'],
    ownNames: /^(ft:)?(chat)?gpt-|^o[1-9]|^text-embedding-|^codex-/,
  },
  {
    id: 'azure',
    hosts: [
      '.openai.azure.com',
      '.services.ai.azure.com',
      '.cognitiveservices.azure.com',
      '.azure-api.net',
    ],
    names: ['azure', 'azure-ai', 'azure-openai'],
    resells: ['openai', 'anthropic', 'deepseek', 'x-ai', 'moonshotai'],
  },
  {
    id: 'anthropic',
    hosts: ['api.anthropic.com'],
    names: ['anthropic'],
    ownNames: /^claude-/,
  },
  {
    id: 'google',
    hosts: ['.googleapis.com'],
    names: ['google', 'vertex'],
    resells: ['anthropic'],
    ownNames: /^gemini-/,
  },
  {
    id: 'deepseek',
    hosts: ['api.deepseek.com'],
    names: ['deepseek'],
    // Others serve its weights under other names.
    ownNames: /^deepseek-(chat|reasoner)$/,
  },
  { id: 'mistral', hosts: ['api.mistral.ai'], names: ['mistral'] },
  { id: 'groq', hosts: ['api.groq.com'], names: ['groq'] },
  {
    id: 'together',
    hosts: ['api.together.xyz', 'api.together.ai'],
    names: ['together', 'togetherai', 'together-ai'],
  },
  { id: 'fireworks', hosts: ['api.fireworks.ai'], names: ['fireworks', 'fireworks-ai'] },
  { id: 'x-ai', hosts: ['api.x.ai'], names: ['x-ai', 'xai'], ownNames: /^grok-/ },
  { id: 'moonshotai', hosts: ['api.moonshot.ai'], names: ['moonshotai', 'moonshot'] },
];

/** Finds the vendor of a host; `undefined` of one that is not known. */
export function vendorAt(endpoint: string): Vendor | undefined {
  const { hostname } = new URL(endpoint);
  return vendors.find(({ hosts }) =>
    hosts.some(host => (host.startsWith('.') ? hostname.endsWith(host) : hostname === host)),
  );
}

/**
 * Finds the vendor that a scheme or a provider of the AI SDK means: `azure`, `groq.chat`,
 * `google.generative-ai`.
 */
export function vendorNamed(name: string): Vendor | undefined {
  const [first = ''] = name.split('.');
  return vendors.find(({ names }) => names.includes(first));
}
