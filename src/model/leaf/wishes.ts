/** What a caller wishes of a server beside what a call of the SDK can say. */
import type { Answer, Call, ProviderOptions, Warning } from '../types.ts';
import { defineFact } from './model/model-record.ts';

/** Wishes that a server may honour; those that are absent are left to it. */
export interface Wishes {
  /** Whether a schema is demanded to the letter; null for what the server does by itself. */
  readonly strictSchema?: boolean | null;
  /** Whether several tools may be called at once. */
  readonly parallelToolCalls?: boolean;
  /** How much is said: `low`, `medium` or `high`. */
  readonly verbosity?: 'low' | 'medium' | 'high';
  /** What stands in the body as its caller wrote it, such as how tokens are drawn. */
  readonly fields?: ProviderOptions[string];
}

/** Whether fields that its caller wrote reach the server of a model. */
export const takesFields = defineFact<boolean>('takes fields');

// Our backends read under this key, as they do for log-probabilities.
const key = 'leaf';

/**
 * Adds wishes to a call (a copy).
 * @example
 * ```ts
 * const one = withWishes(call, { parallelToolCalls: false });
 * ```
 */
export function withWishes(call: Call, wishes: Wishes): Call {
  if (Object.keys(wishes).length === 0) return call;
  const own = { ...call.providerOptions?.[key], ...wishes };
  return { ...call, providerOptions: { ...call.providerOptions, [key]: own } };
}

/** Tells whether a call wishes that one tool at most is called at once. */
export function wishesOneCall({ providerOptions }: Call): boolean {
  return providerOptions?.[key]?.parallelToolCalls === false;
}

/** Says which wishes of a call a server has no words for. */
export function unmetWishes({ providerOptions }: Call): Warning[] {
  const { verbosity } = (providerOptions?.[key] ?? {}) as Wishes;
  const details = 'The server cannot be told: it does as it does.';
  return verbosity ? [{ type: 'unsupported', feature: 'verbosity', details }] : [];
}

type Marked = Pick<Answer['content'][number], 'providerMetadata'>;

/** Marks a part of an answer as what the server gives as its refusal. */
export const refusalMark: NonNullable<Answer['providerMetadata']> = { [key]: { isRefusal: true } };

/**
 * Tells whether a part of an answer, or the beginning of a text, is a refusal.
 * @example
 * ```ts
 * const refused = answer.content.some(isRefusal);
 * ```
 */
export function isRefusal({ providerMetadata }: Marked): boolean {
  return providerMetadata?.[key]?.isRefusal === true;
}
