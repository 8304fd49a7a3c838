import { hash } from 'node:crypto';
import { withoutLogprobWish } from '../logprobs.ts';
import type { StepAddress } from '../run/ports.ts';
import type { As, Scope } from '../run/scope.ts';
import type { Call, LanguageModel } from '../types.ts';

/**
 * Addresses a step of a run for the journal: the path of the enclosing asks, the hash of the (unmasked) call, the
 * pattern's own id, and the ordinal among identical siblings. Must be taken when the call is issued, not later.
 */
export function stepAddress(scope: Scope, step: { model: LanguageModel; call: Call; as: As }): StepAddress {
  const { model, call, as } = step;
  const digest = digestOf(model, call);
  const id = as.id === undefined ? '' : `#${as.id}`;
  const own = hash('sha256', `${digest.model}|${digest.prompt}|${digest.options}`, 'base64url') + id;
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
  return hash(
    'sha256',
    prompt.some(mayHoldBytes) ? JSON.stringify(prompt, hashBytes) : JSON.stringify(prompt),
    'base64url',
  );
}

// A function that looks for bytes is called for every value; texts hold none.
function mayHoldBytes({ content }: Call['prompt'][number]): boolean {
  return typeof content !== 'string' && content.some(({ type }) => type !== 'text' && type !== 'reasoning');
}

function numbered(scope: Scope, step: string): string {
  const ordinal = scope.ordinals.get(step) ?? 0;
  scope.ordinals.set(step, ordinal + 1);
  return `${step}/${ordinal}`;
}

// Whether log-probabilities are wished for does not change what is asked.
function digestOf(model: LanguageModel, call: Call): StepAddress['digest'] {
  const asked = withoutLogprobWish(call);
  const { abortSignal: _signal, headers: _headers, includeRawChunks: _raw, providerOptions, prompt, ...rest } = asked;
  const { tandem: _ours, ...foreign } = providerOptions ?? {};
  return {
    model: `${model.provider}|${model.modelId}`,
    prompt: promptHash(prompt),
    options: optionsHash(JSON.stringify([rest, foreign], hashBytes)),
  };
}

// Calls of one program differ in their prompts; their options are a few, over and over.
const optionsHashes = new Map<string, string>();
const mostHashes = 64;
const mostCharacters = 512;

function optionsHash(options: string): string {
  const known = optionsHashes.get(options);
  if (known !== undefined) return known;
  const made = hash('sha256', options, 'base64url');
  if (options.length > mostCharacters) return made;
  if (optionsHashes.size >= mostHashes) optionsHashes.clear();
  optionsHashes.set(options, made);
  return made;
}

function hashBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { sha256: hash('sha256', value, 'base64url') } : value;
}
