import type { Answer, StreamPart, Warning } from '../types.ts';

type Finish = Extract<StreamPart, { type: 'finish' }>;

const key = 'leaf';

/** Lets the end of a stream carry warnings that were not known when it began. */
export function withLateWarnings(part: Finish, warnings: readonly Warning[]): Finish {
  if (warnings.length === 0) return part;
  const own = { ...part.providerMetadata?.[key], warnings: warnings as never };
  return { ...part, providerMetadata: { ...part.providerMetadata, [key]: own } };
}

/** Reads the warnings that the end of a stream carries. */
export function lateWarningsOf({ providerMetadata }: Pick<Answer, 'providerMetadata'>): readonly Warning[] {
  return (providerMetadata?.[key]?.warnings ?? []) as unknown as readonly Warning[];
}
