import { type Label, labels } from '../../model/run/labels.ts';
import { strictestLabel } from '../../model/run/scope-life.ts';
import type { Call } from '../../model/types.ts';

/** Decides before the scorer: names the model that answers, or stays silent. */
export interface Rule {
  /** A few words for the reason. */
  readonly name: string;
  /** `local`, `cloud`, `unsure`, or the name of one of the router's further models. */
  readonly to: string;
  applies(text: string, call: Call): boolean;
}

/**
 * Sends requests with a label at least as strict to a model, by default `local-only` ones to the
 * local model.
 * @example
 * ```ts
 * const platform = router({ local, cloud, rules: [labelled('local-only', 'local')] });
 * ```
 */
export function labelled(label: Label = 'local-only', to = 'local'): Rule {
  return {
    name: `labelled ${label}`,
    to,
    applies: (_, call) => labels.indexOf(strictestLabel(call)) >= labels.indexOf(label),
  };
}

/**
 * Sends requests whose last message holds files of a media type (`image/`, `application/pdf`) to a
 * model.
 * @example
 * ```ts
 * const platform = router({ local, cloud, rules: [media('image/', 'cloud')] });
 * ```
 */
export function media(type: string, to: string): Rule {
  return {
    name: `holds ${type}`,
    to,
    applies: (_, { prompt }) =>
      prompt.some(
        ({ role, content }) =>
          role === 'user' &&
          content.some(part => part.type === 'file' && part.mediaType.startsWith(type)),
      ),
  };
}

const codeSigns =
  /```|^[ \t]*(?:def|class|import|function|const|public|#include)\b[^.?!\n({:;]*[({:;]/m;
// Rules read as much as scorers do.
const readAtHead = 4000;

/**
 * Sends requests that hold program text to a model.
 * @example
 * ```ts
 * const platform = router({ local, cloud, rules: [code('cloud')] });
 * ```
 */
export function code(to: string): Rule {
  return { name: 'holds code', to, applies: text => codeSigns.test(text.slice(0, readAtHead)) };
}

const scripts: Readonly<Record<string, RegExp>> = {
  latin: /\p{Script=Latin}/gu,
  cyrillic: /\p{Script=Cyrillic}/gu,
  greek: /\p{Script=Greek}/gu,
  arabic: /\p{Script=Arabic}/gu,
  hebrew: /\p{Script=Hebrew}/gu,
  devanagari: /\p{Script=Devanagari}/gu,
  han: /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  hangul: /\p{Script=Hangul}/gu,
};

/**
 * Sends requests mostly written in another script than those named to a model.
 * @example
 * ```ts
 * const platform = router({ local, cloud, rules: [scriptOtherThan(['latin'], 'cloud')] });
 * ```
 */
export function scriptOtherThan(
  known: readonly (keyof typeof scripts & string)[],
  to: string,
): Rule {
  return {
    name: `not in ${known.join(' or ')} script`,
    to,
    applies(text) {
      const read = text.slice(0, readAtHead);
      const count = (pattern: RegExp) => read.match(pattern)?.length ?? 0;
      const mine = known.reduce((sum, script) => sum + count(scripts[script] ?? /(?!)/g), 0);
      return count(/\p{L}/gu) > 2 * mine;
    },
  };
}

/**
 * Sends requests longer than so many characters, in the user's turn alone, to a model.
 * @example
 * ```ts
 * const platform = router({ local, cloud, rules: [longerThan(4000, 'cloud')] });
 * ```
 */
export function longerThan(characters: number, to: string): Rule {
  return {
    name: `longer than ${characters} characters`,
    to,
    applies: text => text.length > characters,
  };
}
