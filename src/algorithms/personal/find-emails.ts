import type { PersonalDatum } from './spans.ts';

// RFC 5321: 64 characters before the sign, 255 after it.
const longestLocal = 66;
const longestDomain = 255;

const wholeDomain = new RegExp(
  String.raw`[ \t]{0,2}(?:\r?\n[ \t>|*#]{0,8})?(\[[\da-f.:IPv]{3,45}\]` +
    String.raw`|[\p{L}\p{N}_-]{1,63}(?:\.[\p{L}\p{N}_-]{1,63}){0,8}(?:\.\s{1,2}${knownEnding()})?)`,
  'uy',
);
const endsAsKnown = new RegExp(String.raw`\.\s*${knownEnding()}$`, 'i');
const spelledAt = new RegExp(
  String.raw`\([ \t]?(?:at|ät|@|arroba|chez)[ \t]?\)|\[[ \t]?(?:at|ät|@|arroba)[ \t` +
    String.raw`]?\]|[{<](?:at|ät|@)[}>]`,
  'giu',
);
const hasSpelledAt = new RegExp(spelledAt.source, 'iu');
const spelledDomain = new RegExp(
  String.raw`[ \t]?[\p{L}\p{N}-]{1,63}(?:[ \t]?(?:[([{<][ \t]?(?:dot|punkt|point|pu` +
    String.raw`nto|\.)[ \t]?[)\]}>]|\.)` +
    String.raw`[ \t]?[\p{L}\p{N}-]{2,63}){1,4}`,
  'uyi',
);
const saidAt = /(?<=[\w+-])[ \t](?:at|AT)[ \t](?=[\w-]{1,63}[ \t](?:dot|DOT)[ \t])/g;
const saidDomain = /[\w-]{1,63}(?:[ \t](?:dot|DOT)[ \t][\w-]{2,63}){1,4}/y;

function knownEnding(): string {
  const endings = 'com|org|net|edu|gov|info|io|co|eu|de|fr|uk|at|ch|it|es|nl|pl|se|us|ca|au|jp|cn';
  return `(?:${endings}|in|br)\\b`;
}

/** Finds e-mail addresses, written with the sign or with words in brackets for it. */
export function findEmails(text: string): PersonalDatum[] {
  const found: PersonalDatum[] = [];
  for (let sign = text.indexOf('@'); sign >= 0; sign = text.indexOf('@', sign + 1)) {
    const span = addressAround(text, sign);
    if (span) found.push(span);
  }
  if (hasSpelledAt.test(text))
    for (const match of text.matchAll(spelledAt))
      found.push(...spelled(text, match, spelledDomain));
  if (/ dot /i.test(text))
    for (const match of text.matchAll(saidAt)) found.push(...spelled(text, match, saidDomain));
  return found;
}

function addressAround(text: string, sign: number): PersonalDatum | undefined {
  wholeDomain.lastIndex = sign + 1;
  const match = wholeDomain.exec(text);
  if (!match) return undefined;
  const isSpaced = text[sign - 1] === ' ';
  const start = localBefore(text, isSpaced ? sign - 1 : sign);
  if (start === undefined) return undefined;
  const [whole, domain = ''] = match;
  const isParted = isSpaced || whole.length > domain.length;
  const name = text.slice(start, sign).trimEnd();
  const next = text[sign + 1 + whole.length];
  if (!isAddress(name, domain, { isParted, next })) return undefined;
  const length = Math.min(whole.replace(/[-_.]{1,8}$/, '').length, longestDomain);
  return { start, end: sign + 1 + length, kind: 'EMAIL' };
}

// Before a host without a dot, two names are taken for a person's: `anna.weber@mailserver`.
const tag = /^(?:latest|next|beta|alpha|canary|rc|dev|main|master|stable|v?\d.*)$/i;

function isAddress(
  name: string,
  domain: string,
  { isParted, next }: { readonly isParted: boolean; readonly next: string | undefined },
): boolean {
  if (domain.startsWith('[')) return !isParted;
  const ending = /\.\s*([\p{L}\d-]{1,63})[_.-]{0,8}$/u.exec(domain)?.[1];
  if (ending !== undefined) {
    // The name of a picture for dense screens, a product of matrices.
    if (/^\dx\./.test(domain) || (isParted && !endsAsKnown.test(domain))) return false;
    if (!/^(?:\p{L}{2,63}|xn--[a-z\d-]{2,59})$/iu.test(ending)) return false;
    // The account of a repository's server is nobody's.
    return !(name === 'git' && (next === ':' || next === '/'));
  }
  return !isParted && /[\p{L}\d]{2}[.][\p{L}]{2}/u.test(name) && !tag.test(domain);
}

// Backwards by hand: a pattern that ends there would begin at each letter before it.
function localBefore(text: string, end: number): number | undefined {
  if (text[end - 1] === '"') return quotedBefore(text, end);
  let start = end;
  while (start > 0 && end - start < longestLocal && isLocal(text, start - 1)) start--;
  // A surrogate belongs to the one before it; marks at the beginning are no part of a name.
  while (start < end && !beginsName.test(text[start]!)) start++;
  return start < end ? start : undefined;
}

const beginsName = /[\p{L}\p{N}_+]|[\ud800-\udfff]/u;
const inName = /[\p{L}\p{N}\p{M}._%+-]|[\ud800-\udfff]/u;

function isLocal(text: string, at: number): boolean {
  const letter = text[at]!;
  if (inName.test(letter)) return true;
  // O'Brien, but not a quotation mark of code.
  return letter === "'" && at > 0 && /\p{L}/u.test(text[at - 1]!) && /\p{L}/u.test(text[at + 1]!);
}

function quotedBefore(text: string, end: number): number | undefined {
  const open = text.lastIndexOf('"', end - 2);
  return open >= 0 && /^"[\p{L}\d][\p{L}\d .'_-]{0,60}"$/u.test(text.slice(open, end))
    ? open
    : undefined;
}

function spelled(text: string, match: RegExpExecArray, domain: RegExp): PersonalDatum[] {
  const before = text.slice(Math.max(0, match.index - longestLocal), match.index);
  const name = new RegExp(
    String.raw`[\p{L}\p{N}._+-]{1,64}(?:[ \t]?[([{<][ \t]?(?:dot|punkt|point)[ \t]?[)` +
      String.raw`\]}>][ \t]?[\p{L}\p{N}_+-]{1,32}){0,2}[ \t]?$`,
    'iu',
  ).exec(before);
  domain.lastIndex = match.index + match[0].length;
  const rest = domain.exec(text);
  if (!name || !rest) return [];
  const end = match.index + match[0].length + rest[0].length;
  return [{ start: match.index - name[0].length, end, kind: 'EMAIL' }];
}
