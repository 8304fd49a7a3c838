import type { Call, Warning } from '../../model/types.ts';

/** Says what a toy model ignores of a call. */
export function ignoredOptions(call: Call): Warning[] {
  const features = [
    ...(call.tools?.length ? ['tools'] : []),
    ...(call.responseFormat?.type === 'json' ? ['responseFormat'] : []),
    ...(['topK', 'topP', 'presencePenalty', 'frequencyPenalty'] as const).filter(
      option => call[option] !== undefined,
    ),
    ...(['provider-default', 'none', undefined].includes(call.reasoning) ? [] : ['reasoning']),
    ...ignoredInput(call),
  ];
  return features.map(feature => ({
    type: 'unsupported',
    feature,
    details: 'A toy model reads plain text only.',
  }));
}

function ignoredInput({ prompt }: Call): string[] {
  const last = prompt.findLast(({ role }) => role === 'user');
  const files =
    last?.role === 'user'
      ? last.content.flatMap(part => (part.type === 'file' ? [part.mediaType] : []))
      : [];
  return [
    ...new Set(files.map(mediaType => `file of type ${mediaType}`)),
    ...(prompt.some(message => message !== last)
      ? ['messages other than the last of the user']
      : []),
  ];
}
