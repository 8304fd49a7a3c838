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
const ownVoice = new RegExp(
  String.raw`(?<![\p{L}'])(?:i|me|my|mine|myself|im|ich|mir|mich|mein[ersnm]*|je|moi|mon|ma` +
    String.raw`|mes|yo|conmigo` +
    String.raw`|mía|mío|io|mia|eu|meu|minha|mim|ik|mij|mijn|jag|mig|mitt|jeg|meg|я|мне|меня` +
    String.raw`|моя|мой|моей` +
    String.raw`|mnie|mój|minun|minulla|soy|estoy|tengo|puedo|sé|conozco|desconozco|dispongo` +
    String.raw`|sabría|ho|sono` +
    String.raw`|posso|conosco|saprei|sou|estou|tenho|consigo|sei|conheço|desconheço|disponho` +
    String.raw`|saberia|wiem` +
    String.raw`|znam|mogę|mam|potrafię|знаю|могу|bana|benim|nevím|nemám|tudom)(?!\p{L})|\b[jm]'` +
    String.raw`|我|私|저[는도의]?|제가|मुझे|मैं`,
  'iu',
);

// A verb of the first person that is denied, by its ending alone.
const ownDenial = new RegExp(
  String.raw`(?<!\p{L})(?:(?:no|non|não)(?: (?:me|mi|lo|la|ne|o|a|ti|te|le|se|ci|vi))*` +
    String.raw` \p{L}{2,}[oé]` +
    String.raw`|nie \p{L}+(?:am|em|ę)|не \p{L}+[юу]|ne\p{L}{2,}(?:m|u)|nem \p{L}+[mk]|(?:en` +
    String.raw`|nu) \p{L}{3,}` +
    String.raw`|\p{L}+m[ıiuü]yorum|\p{L}+[ae]m[ae]m|(?:i|we) (?:do|did|can|could|am|was|have` +
    String.raw`|will|would)(?:n't| ?not)` +
    String.raw`|ich \p{L}+(?: \p{L}+)? nicht` +
    String.raw`|je n(?:e |')(?:\p{L}+ )?\p{L}+ (?:pas|plus))(?!\p{L})` +
    '|我.{0,4}[不没忘]|(?:わか|知|覚え|思い出|見つか|見つけ|でき|答え).{0,6}(?:ません|ない)' +
    '|(?:지 않|못|없|모르).{0,3}(?:습니다|네요|어요|겠)',
  'iu',
);
