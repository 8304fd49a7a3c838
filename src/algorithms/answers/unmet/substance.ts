import { lettersOf, wantsQuestions } from '../wanted-words.ts';
import { joining, stemOf } from './made-of.ts';
import lists from './words.json' with { type: 'json' };

const tells = new RegExp(lists.tells, 'iu');
const fillers = new Set(lists.fillers.split(' '));

/**
 * Tells whether a text is a promise, a heading or a restatement made of the words of the request.
 */
export function lacksSubstance(said: string, asked: string): boolean {
  const words = lettersOf(said).split(' ');
  const head = heads.exec(asked)?.[1]?.toLowerCase();
  if (words.join(' ') === head || isUnit(said, asked)) return true;
  if (words.length < 3 || words.length > 30 || /[:=\n"“«]./.test(said)) return isSame(said, asked);
  if (isSame(said, asked) || isOfText(words, asked) || isHowTo(said, asked)) return true;
  const given = new Set(
    lettersOf(asked.replace(/["“«][^"”»]{12,}["”»]/g, ' '))
      .split(' ')
      .map(stemOf),
  );
  if (tells.test(said) && isBareOrder(said, asked))
    return words.every(word => given.has(stemOf(word)) || joining.has(word) || fillers.has(word));
  if (isRestated(words, said, asked)) return true;
  if (
    head === undefined ||
    /\b(?:or|if|than|oder|ou|o|или)\b|["“«:]/iu.test(asked) ||
    words.length < 4
  )
    return false;
  const last = words.at(-1)!;
  return (
    (stemOf(last) === stemOf(head) || pronouns.test(last)) &&
    words.every(word => given.has(stemOf(word)) || joining.has(word) || pronouns.test(word))
  );
}

const asksFor = /^(?:what|who|where|when|how|which|why|explain|describe|define)\b[^:"“«,]{8,150}$/i;
const mayBeSame = /\b(?:or|than|if|capital|colou?r|same|word|letters?|which)\b/i;

// A sentence made of the words of a question that offers nothing to choose from.
function isRestated(words: readonly string[], said: string, asked: string): boolean {
  if (words.length < 6 || !asksFor.test(asked) || mayBeSame.test(asked) || /\d/.test(said))
    return false;
  const given = new Set(lettersOf(asked).split(' ').map(stemOf));
  return words.every(word => given.has(stemOf(word)) || joining.has(word));
}

// An order that holds no text of which an answer could be made.
function isBareOrder(said: string, asked: string): boolean {
  return (
    asked.length <= 200 &&
    bids.test(asked) &&
    !/[\n:?]|\.\s.*\.\s|\b(?:complete|finish)\b/i.test(asked.replace(/["“«][^"”»]*["”»]/g, ' ')) &&
    !lettersOf(asked).includes(lettersOf(said))
  );
}

const bids = new RegExp(lists.bids, 'i');

function isUnit(said: string, asked: string): boolean {
  return said.length < 4 && /\P{L}/u.test(said) && asked.replace(/\?$/, '').endsWith(` in ${said}`);
}

const ofTexts = new Set(
  'text says sentence message article about topic something subject it this that'.split(' '),
);

// A text that is spoken of, where what it says was asked for.
function isOfText(words: readonly string[], asked: string): boolean {
  const held = /["“«][^"”»]{12,}["”»]/.exec(asked)?.[0];
  if (held === undefined || words.length < 4 || lettersOf(held).includes(words.join(' ')))
    return false;
  if (!/^(?:extract|find|when|who|where|from|summari[sz]e|rewrite)\b/i.test(asked)) return false;
  const task = new Set(lettersOf(asked.replace(held, ' ')).split(' ').map(stemOf));
  return words.every(
    word => joining.has(word) || ofTexts.has(word) || pronouns.test(word) || task.has(stemOf(word)),
  );
}

const done =
  /^(sort|convert|solve|calculate|compute|round|reverse|count|translate|multiply|divide|add)\b/i;

// How it is done, where it was to be done.
function isHowTo(said: string, asked: string): boolean {
  const verb = done.exec(asked)?.[1];
  return (
    verb !== undefined &&
    new RegExp(`^(?:to|you can|one can|when|by) ${verb}`, 'i').test(said) &&
    !/\d|[`[(]/.test(said)
  );
}

const heads = new RegExp(lists.heads, 'iu');
const pronouns = /^(?:them|they|he|she|his|her|its|their|him|there)$/;

// "SQL stands for SQL", "x = x".
function isSame(said: string, asked: string): boolean {
  const sides = said
    .slice(0, 80)
    .replace(/[.!]$/, '')
    .split(
      / (?:is|are|was|stands for|means|heißt|heet|ist|est|es|è|é|=) | = |は|(?<=\p{Script=Han})是/u,
    );
  if (sides.length !== 2 || /\?$/.test(said) || /["“]/.test(asked)) return false;
  const [left, right] = sides.map(side =>
    lettersOf(side)
      .replace(/です$/, '')
      .replace(/^(?:the|an?|der|die|das|la|le|il|el|de|het) /, ''),
  );
  return left !== '' && left === right && !/^[\d\s.,]+ ?=/.test(said);
}

const orders = new RegExp(lists.orders, 'i');
const speaksOf =
  /^(?:this|the|your) (?:message|text|sentence|e-?mail|paragraph|code|article|version)\b/i;

function shares(said: string, asked: string): boolean {
  const words = new Set(
    lettersOf(asked.replace(/^[^"“«:]*/, ''))
      .split(' ')
      .filter(word => word.length > 3),
  );
  return lettersOf(said)
    .split(' ')
    .some(word => words.has(word));
}

const sends = new RegExp(lists.sends, 'iu');
const kinds = new RegExp(lists.kinds, 'iu');

const mayAsk = new RegExp(lists.mayAsk, 'i');
const unasked = new RegExp(lists.unasked, 'gi');
const letters = /\b(?:e-?mail|letter|note|message|text|invitation|reply)\b/i;

/**
 * Tells whether a text that was to be written for somebody else speaks to who asked, or of what it
 * is.
 */
export function asksTheUser(said: string, asked: string): boolean {
  if (!orders.test(asked)) return false;
  const mine = /\bmy (\p{L}+)/iu.exec(asked)?.[1];
  const isOfMine = mine !== undefined && new RegExp(`\\byour ${mine}\\b.*\\?$`, 'i').test(said);
  const isSent =
    sends.test(said) &&
    said.split(' ').length < 12 &&
    letters.test(asked) &&
    !/\bsen[dt]/i.test(asked);
  return (
    isOfMine ||
    isSent ||
    isOfWritten(said, asked) ||
    namesKind(said, asked) ||
    wondersWhat(said, asked)
  );
}

function isOfWritten(said: string, asked: string): boolean {
  const isMended = /^(?:rewrite|rephrase|paraphrase|shorten|fix)\b/i.test(asked);
  return isMended && speaksOf.test(said) && !shares(said, asked);
}

// A haiku does not call itself one.
function namesKind(said: string, asked: string): boolean {
  const kind = kinds.exec(asked)?.[1];
  if (kind === undefined || said.includes('\n') || said.split(' ').length >= 25) return false;
  const named = `\\b(?:an?|the|this|that|your|is|are) (?:\\p{L}+[ -]){0,2}${kind}\\b|^${kind}`;
  const isOnce = lettersOf(asked).split(lettersOf(kind)).length === 2;
  return isOnce && new RegExp(named, 'iu').test(said);
}

const wonders =
  /^(?:which|what|who|where|would you like|shall i|should i|do you want)\b[^.!?]*\?$/i;

function wondersWhat(said: string, asked: string): boolean {
  const isAsking = asked.includes('?') || mayAsk.test(asked);
  return !isAsking && wonders.test(said) && !wantsQuestions(asked.replace(unasked, ''));
}
