import { hash } from 'node:crypto';
import type { As, Scope } from './scope.ts';
import type { Call, LanguageModel } from './types.ts';

/**
 * Names a step of a run for the journal: the path of the enclosing asks, the hash of the (unmasked) call, the
 * pattern's own id, and the ordinal among identical siblings. Must be taken when the call is issued, not later.
 */
export function stepKey(scope: Scope, step: { model: LanguageModel; call: Call; as: As }): string {
  const { model, call, as } = step;
  const own = `${callHash(model, call)}${as.id === undefined ? '' : `#${as.id}`}`;
  const ordinal = scope.ordinals.get(own) ?? 0;
  scope.ordinals.set(own, ordinal + 1);
  return `${scope.path}>${own}/${ordinal}`;
}

function callHash(model: LanguageModel, call: Call): string {
  const { abortSignal: _signal, headers: _headers, includeRawChunks: _raw, providerOptions, ...rest } = call;
  const { tandem: _ours, ...foreign } = providerOptions ?? {};
  const body = JSON.stringify([model.provider, model.modelId, rest, foreign], hashBytes);
  return hash('sha256', body, 'base64url');
}

function hashBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { sha256: hash('sha256', value, 'base64url') } : value;
}
