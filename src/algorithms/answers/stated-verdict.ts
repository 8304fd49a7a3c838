import { compared, type Fraction, numberIn } from './stated-arithmetic.ts';
import type { StatedAnswer } from './stated-question.ts';

const mostRead = 2000;

/**
 * Tells whether a draft gives an answer that was worked out; `undefined` where its text is too
 * entangled to say which value it gives.
 */
export function givesAnswer(
  draft: string,
  answer: StatedAnswer,
  request: string,
): boolean | undefined {
  if (draft.length > mostRead) return undefined;
  const text = onlyValue(draft) ?? draft;
  if (typeof answer === 'boolean') return saysYes(text, answer);
  if ('over' in answer) return givesNumber(text, answer, request);
  return givesOrder(text, answer);
}

// The value of an object with one key.
function onlyValue(text: string): string | undefined {
  const bare = text.replace(/^\s*```(?:json)?|```\s*$/g, '').trim();
  return /^\{\s*"[^"]{1,40}"\s*:\s*"?([^"{}[\]]{1,60}?)"?\s*\}$/.exec(bare)?.[1];
}

function saysYes(text: string, wanted: boolean): boolean | undefined {
  const found = /^[\s*_"'(]*(yes|true|no|false)(?!\p{L})/iu.exec(text)?.[1]?.toLowerCase();
  return found === undefined ? undefined : /yes|true/.test(found) === wanted;
}

const numbers = /(?<![\p{L}\d.,])[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?!\p{L}?\d)/gu;

function givesNumber(text: string, wanted: Fraction, request: string): boolean | undefined {
  const found = text.match(numbers) ?? [];
  if (found.length === 0) return undefined;
  const isWanted = found.map(each => isRounded(each, wanted));
  if (!isWanted.includes(true)) return /\d[  '’]\d{3}|\d,\d/.test(text) ? undefined : false;
  if (isWanted.every(each => each)) return true;
  const behind = /=\s*\**([-−]?[\d.,]*\d)\D*$/.exec(text)?.[1];
  if (behind !== undefined) return isRounded(behind, wanted);
  // A number of the question says nothing by its place; a new one, alone or last, is the value.
  const given = new Set(request.match(numbers) ?? []);
  const fresh = found.filter(each => !given.has(each));
  const isTold = fresh.length > 0 && fresh.every(each => isRounded(each, wanted));
  return isTold || (fresh.includes(found.at(-1)!) && isWanted.at(-1)) ? true : undefined;
}

function isRounded(said: string, wanted: Fraction): boolean {
  const value = numberIn(said);
  if (!value) return false;
  if (compared(value, wanted) === 0) return true;
  const places = said.split('.')[1]?.length ?? 0;
  if (places < 2) return false;
  const gap = value.over * wanted.under - wanted.over * value.under;
  const size = gap < 0n ? -gap : gap;
  return size * 2n * 10n ** BigInt(places) <= value.under * wanted.under;
}

function givesOrder(text: string, wanted: readonly string[]): boolean | undefined {
  const words = text.toLowerCase().match(/[-−]?[\p{L}\d][\p{L}\d.'-]*(?<![.'-])/gu) ?? [];
  const said = words.filter(word => wanted.includes(word));
  if (said.length < wanted.length) return said.length === words.length ? false : undefined;
  return said.slice(-wanted.length).every((word, at) => word === wanted[at]);
}
