import { azureAiBackend, azureBackend } from './azure/azure-backend.ts';
import type { Backend, ServerCommands } from './backend.ts';
import { llamaCppBackend } from './llama-cpp/llama-cpp.ts';
import { foundryLocalBackend } from './local-servers/foundry-local.ts';
import { localBackend, localServers } from './local-servers/local-servers.ts';
import { ollamaBackend } from './ollama/ollama-backend.ts';
import { openaiBackend, openaiCompatibleBackend } from './openai/openai-backends.ts';

/**
 * Every backend; a new one is one line here, a new server of OpenAI's protocol one row in
 * `local-servers.ts`.
 */
export const backends: readonly Backend[] = [
  ollamaBackend,
  ...localServers.map(localBackend),
  foundryLocalBackend,
  llamaCppBackend,
  openaiCompatibleBackend,
  openaiBackend,
  azureBackend,
  azureAiBackend,
];

const backendByScheme = new Map(backends.map(backend => [backend.scheme.name, backend]));

/**
 * What lets a server of a scheme fetch models; `undefined` where its users do it themselves.
 * @example
 * ```ts
 * const pull = pullerOf('ollama');
 * ```
 */
export function pullerOf(scheme: string): ServerCommands['pull'] {
  return backendOf(scheme)?.advise?.pull;
}

/** The backend of a scheme; `undefined` of one that stands for no server and no cloud. */
export function backendOf(scheme: string): Backend | undefined {
  const found = backendByScheme.get(scheme);
  return found?.sameAs === undefined ? found : backendByScheme.get(found.sameAs);
}
