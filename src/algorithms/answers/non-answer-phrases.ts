import { later } from '../later.ts';
import lists from './non-answer-phrases.json' with { type: 'json' };

/** Kinds of texts that stand where an answer should and are none. */
export type NonAnswerKind =
  | "don't-know"
  | 'no access'
  | 'refusal'
  | 'asking back'
  | 'echo'
  | 'loop'
  | 'placeholder'
  | 'other language'
  | 'template tokens'
  | 'half sentence'
  | 'nothing said'
  | 'lacking';

/** A phrase at the beginning of a text, and anywhere in a request. */
export interface Phrase {
  readonly kind: NonAnswerKind;
  readonly opening: RegExp;
  readonly anywhere: RegExp;
}

function phrase(kind: NonAnswerKind, forms: readonly string[], lead = lists.opener): Phrase {
  const joined = forms.join('|');
  return {
    kind,
    opening: new RegExp(`${lead}(?:${joined})`, 'iu'),
    anywhere: new RegExp(`(?<![\\p{L}])(?:${joined})`, 'iu'),
  };
}

/** The phrases in the order in which they are looked for. */
export const phrases = later((): readonly Phrase[] => [
  phrase('no access', lists.noAccess),
  phrase("don't-know", lists.notKnow),
  phrase('refusal', lists.refused),
  phrase('asking back', lists.askedBack),
  phrase('echo', lists.restated, '^'),
]);
