import lists from './talk-features-words.json' with { type: 'json' };

/** Places in the table of weights. */
export const talkPlaces = 32768;

const mostTokens = 48;
// A question that holds a text gives no words away: an answer is made of them.
const longestQuestion = 60;
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}ー]/u;
const word = /[\p{L}\p{M}]+(?:['-][\p{L}]+)*|\p{N}+(?:[.,:/-]\p{N}+)*|[?？¿!！;]/u;
const pieces = new RegExp(`${unspaced.source}|${word.source}`, 'gu');
// Words of these lean on the next one: l'heure, don't.
const leaning = /^(?:[cdjlmnst]|qu)'/;

/** Finds the places of the weights that a text brings, given the question that it should answer. */
export function talkFeatures(said: string, request: string): number[] {
  const tokens = tokensOf(said).slice(0, mostTokens);
  const asked = tokensOf(request);
  const given = new Set(asked.length <= longestQuestion ? asked : []);
  const found = new Set<number>();
  let [before, earlier] = [1, 2];
  for (const token of [...tokens, '$']) {
    const isGiven = given.has(token) && !isKept(token);
    const shown = isGiven ? '§' : /^\p{N}/u.test(token) ? '#' : token;
    const own = hashOf(shown, shown.length);
    found
      .add(placeOf(own))
      .add(placeOf(joined(before, own)))
      .add(placeOf(joined(earlier, ~own)));
    if (unspaced.test(shown)) found.add(placeOf(joined(joined(earlier, before), own)));
    else if (shown.length > 4) found.add(placeOf(~hashOf(shown, 4)));
    if (shown.length > 6) found.add(placeOf(~hashOf(shown, 6)));
    [earlier, before] = [before, own];
  }
  const isNamed = /[\p{L}\p{N},;] (?!I\b)\p{Lu}/u.test(said);
  const isDenied = ownDenial.test(said);
  const isOwn = ownVoice.test(said);
  const length = Math.min(6, Math.floor(Math.log2(tokens.length + 1)));
  for (const sign of [3 + +isDenied, 5 + 2 * +isOwn + +isNamed, 10 + length])
    found.add(placeOf(joined(sign, sign)));
  return [...found];
}

function tokensOf(text: string): string[] {
  const found = text.toLowerCase().slice(0, 1200).match(pieces) ?? [];
  return found.flatMap(word => (leaning.test(word) ? word.split("'") : word));
}

function isKept(token: string): boolean {
  return token.length < 2 || /^(?:i|i'm|me|my|not|no|you|your|what|\?)$/.test(token);
}

function hashOf(text: string, length: number): number {
  let hash = 2166136261;
  for (let at = 0; at < length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619);
  return hash;
}

function joined(first: number, second: number): number {
  return Math.imul(Math.imul(first, 0x9e3779b1) ^ second, 0x85ebca6b);
}

function placeOf(hash: number): number {
  return (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 8) % talkPlaces;
}

/** Tells whether a speaker speaks of itself. */
export function isOwnVoice(said: string): boolean {
  return ownVoice.test(said) || ownDenial.test(said);
}

// First persons, and verbs that say alone who speaks.
const ownVoice = new RegExp(lists.ownVoice.join('|'), 'iu');

// A verb of the first person that is denied, by its ending alone.
const ownDenial = new RegExp(lists.ownDenial.join('|'), 'iu');
