import type { StepAddress } from '../run/ports.ts';
import { type As, numbered, type Scope } from '../run/scope.ts';
import type { Call, LanguageModel } from '../types.ts';
import { askingNoLogprobs, wantsLogprobs } from './logprobs.ts';

// Loaded when a step is first addressed, for it is slow to load.
let crypto: typeof import('node:crypto') | undefined;

/**
 * Addresses a step of a run for the journal: the path of the enclosing asks, the hash of the
 * (unmasked) call, the pattern's own id, and the ordinal among identical siblings. Must be taken
 * when the call is issued, not later.
 */
export function stepAddress(
  scope: Scope,
  step: { model: LanguageModel; call: Call; as: As },
): StepAddress {
  crypto ??= process.getBuiltinModule('node:crypto');
  const { model, call, as } = step;
  // Whether log-probabilities are asked for does not change what is asked.
  const asked = wantsLogprobs(call) ? askingNoLogprobs(call) : call;
  const {
    abortSignal: _signal,
    headers: _headers,
    includeRawChunks: _raw,
    providerOptions,
    prompt,
    ...rest
  } = asked;
  const { tandem: _ours, ...foreign } = providerOptions ?? {};
  const digest = {
    model: `${model.provider}|${model.modelId}`,
    prompt: promptHash(prompt),
    options: optionsHash(JSON.stringify([rest, foreign], hashBytes)),
  };
  const id = as.id === undefined ? '' : `#${as.id}`;
  const own =
    crypto.hash('sha256', `${digest.model}|${digest.prompt}|${digest.options}`, 'base64url') + id;
  const place = `${as.id ?? as.name ?? model.modelId}~`;
  return {
    runId: scope.run.id,
    key: `${scope.path}>${numbered(scope, own)}`,
    slot: `${scope.path}>${numbered(scope, place)}`,
    digest,
  };
}

/** Hashes a prompt as it is handed to a model. */
export function promptHash(prompt: Call['prompt']): string {
  crypto ??= process.getBuiltinModule('node:crypto');
  for (const { content } of prompt) {
    if (typeof content === 'string') continue;
    for (const { type } of content) {
      if (type !== 'text' && type !== 'reasoning')
        return crypto.hash('sha256', JSON.stringify(prompt, hashBytes), 'base64url');
    }
  }
  // A function that looks for bytes is called for every value; texts hold none.
  return crypto.hash('sha256', JSON.stringify(prompt), 'base64url');
}

// Calls of one program differ in their prompts; their options are a few, over and over.
const optionsHashes = new Map<string, string>();
const mostHashes = 64;
const mostCharacters = 512;

function optionsHash(options: string): string {
  const known = optionsHashes.get(options);
  if (known !== undefined) return known;
  crypto ??= process.getBuiltinModule('node:crypto');
  const made = crypto.hash('sha256', options, 'base64url');
  if (options.length > mostCharacters) return made;
  if (optionsHashes.size >= mostHashes) optionsHashes.clear();
  optionsHashes.set(options, made);
  return made;
}

function hashBytes(_key: string, value: unknown): unknown {
  if (!(value instanceof Uint8Array)) return value;
  crypto ??= process.getBuiltinModule('node:crypto');
  return { sha256: crypto.hash('sha256', value, 'base64url') };
}
