import type { EgressEvent } from '../run/ports.ts';
import type { Call } from '../types.ts';
import { estimateTokens } from './leaf-call.ts';
import type { LeafStep } from './step.ts';
import { promptHash } from './step-key.ts';

/**
 * Tells whether a step sends something away: not to a model on this device, nor where none is
 * configured.
 */
export function crosses({ span, traits }: LeafStep): boolean {
  return span.place !== 'device' && !traits.isAbsent;
}

/** Describes what leaves with a call. */
export function egressEventOf({ scope, model, span, as }: LeafStep, { prompt }: Call): EgressEvent {
  return {
    runId: scope.run.id,
    modelId: model.modelId,
    place: span.place ?? 'cloud',
    purpose: as.name ?? as.id ?? 'answer',
    characters: span.characters,
    tokens: estimateTokens(span.characters),
    contentHash: scope.run.journal ? promptHash(prompt) : '',
    masked: span.masked,
    label: scope.label,
  };
}
