/** Every kind of thing that a store keeps beside runs. */
export const keptKinds = [
  'document',
  'reading',
  'file',
  'response',
  'conversation',
  'rating',
  'batch',
  'batch-line',
  'setting',
] as const;

/** What a store keeps beside runs. */
export type KeptKind = (typeof keptKinds)[number];
