import lists from './find-assigned-words.json' with { type: 'json' };
import type { PersonalDatum } from './spans.ts';

// A word that says so, a sign or a verb, and what follows it.
const assigned = new RegExp(lists.assigned.join('|'), 'giu');
// Where the word is a flag of a command, of a file of logins, or an element of XML.
const given = new RegExp(
  String.raw`(?:\s(?:-u|--user)[ =]["']?[\w.@+-]{1,64}:|\blogin \S{1,64}\s{1,4}pass` +
    String.raw`word |<(?:pass(?:word|wd|phrase|wort)?|pwd|pin|secret)>\s{0,3})` +
    String.raw`(?<value>(?!//)[^\s"'<]{3,128})`,
  'gi',
);
const said = new RegExp(
  String.raw`^(?:pass|kennwort|pwd|mot|mdp|contrase|senha|wachtwoord|has[łl]o|парол` +
    String.raw`ь|密码|パスワード)|(?:pass(?:word|wd)?|pwd)$`,
  'iu',
);
const longestWord = 32;
const code = /^(?:pin|otp)$/i;
const nothing = new RegExp(lists.nothing.join('|'), 'i');

/** Finds passwords, and keys of services that show by no form of their own, beside their words. */
export function findAssigned(text: string): PersonalDatum[] {
  const found: PersonalDatum[] = [];
  const each = new RegExp(assigned);
  for (let match = each.exec(text); match; match = each.exec(text)) {
    const { index, 0: whole, groups = {} } = match;
    const { word = '', value: written = '', next = '', sign } = groups;
    const isQuoted = written[0] === '"' || written[0] === "'";
    const [bare = ''] = written.replace(/[.:!?]{1,4}$/, '').split('&');
    // In JSON within a text its quotation marks are escaped.
    const value = isQuoted ? written.slice(1, -1).replace(/\\{1,3}$/, '') : bare;
    const isCode = next !== '' && !isQuoted;
    const standing = { word, isQuoted, isCode, hasSign: sign !== undefined };
    const isInQuery = sign === '=' && written.includes('&') && said.test(word);
    const start = index + whole.length - next.length - written.length + (isQuoted ? 1 : 0);
    if (isInQuery || isSecret(value, standing))
      found.push({ start, end: start + value.length, kind: 'KEY' });
    // What is no value may be the word of the next one: `pass=` and a line that says `password:`.
    else if (written.length <= longestWord) each.lastIndex = start;
  }
  for (const { index, 0: whole, groups = {} } of text.matchAll(given)) {
    const end = index + whole.length;
    found.push({ start: end - (groups.value ?? '').length, end, kind: 'KEY' });
  }
  return found;
}

interface AssignedValue {
  readonly word: string;
  readonly isQuoted: boolean;
  readonly isCode: boolean;
  readonly hasSign: boolean;
}

function isSecret(value: string, { word, isQuoted, isCode, hasSign }: AssignedValue): boolean {
  if (isCode || nothing.test(value)) return false;
  if (code.test(word)) return /^\d{4,8}$/.test(value);
  if (!said.test(word)) return isRandom(value);
  const isMixed = /[\d!@#$%^&*?~]/.test(value);
  if (isQuoted)
    return !/\s\S{0,64}\s/.test(value) && value.length >= 4 && (isMixed || !/[ .:{]/.test(value));
  return (
    isMixed &&
    /\p{L}/u.test(value) &&
    !/^[\w.]{1,64}(?:==|!=|\|\|)/.test(value) &&
    (hasSign || value.length >= 6)
  );
}

// A row of letters and digits that no word and no number is.
function isRandom(value: string): boolean {
  for (const [row] of value.matchAll(/[A-Za-z0-9+/]{12,300}/g)) {
    const numbers = row.replace(/\D/g, '').length;
    const isLong = row.length >= (numbers > 1 ? 16 : 30);
    if (numbers > 0 && numbers < row.length && (isLong || numbers >= 4)) return true;
  }
  return false;
}
