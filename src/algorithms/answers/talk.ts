import { later } from '../later.ts';
import { namesLanguage } from './script.ts';
import { isOwnVoice, talkFeatures } from './talk-features.ts';
import data from './talk-weights.json' with { type: 'json' };
import words from './talk-words.json' with { type: 'json' };
import { lettersOf } from './wanted-words.ts';

const mostRead = 400;
const mostAsked = 1000;
// Chosen on texts that no weight was fitted to.
const talks = 0.5;
const likely = 1;
const fairly = 2;
const surely = 2.5;

const weights = later(() => Int8Array.from(atob(data.weights), each => each.charCodeAt(0)));

/**
 * Rates how much a text is talk in place of an answer, such as a lack, a promise, a courtesy or a
 * question back: above 0 it is more likely than not, without regard to what was requested.
 */
export function talkScore(said: string, request: string): number {
  const places = talkFeatures(said, request);
  const table = weights();
  let sum = 0;
  for (const place of places) sum += table[place] ?? 0;
  return data.bias + (data.scale * sum) / Math.sqrt(places.length);
}

/** Tells whether a text is only talk, where the request is one that talk does not answer. */
export function isTalk(said: string, asked: string): boolean {
  const request = asked.slice(-mostAsked);
  if (said.length > mostRead || /^[[{<]|```/.test(said) || works.test(said)) return false;
  const score = talkScore(said, request);
  const isOwn = isOwnVoice(said);
  if (score <= (isOwn ? talks : leastOf(said, request)) || isTold(said, request)) return false;
  if ([greets, asksForSaid].some(wanted => wanted.test(request))) return false;
  if (lettersOf(request).includes(lettersOf(said))) return false;
  const isOfText = asked.length > mostAsked || ofWords.test(request) || holdsText.test(request);
  return (
    score >
    (isOfText
      ? isOwn || ofTheAnswer.test(said)
        ? surely
        : Infinity
      : needed(said, request, isOwn))
  );
}

function leastOf(said: string, request: string): number {
  const isAsked = namesLanguage(request) && /["“«]/.test(request);
  return isAsked || fewWords.test(said) || han.test(said) ? fairly : talks;
}

// "I know this one: Theodor Fontane."
function isTold(said: string, request: string): boolean {
  const told = /: ["“]?(\p{Lu}\p{L}+(?: \p{L}+){0,2})[.!"”]*$/u.exec(said)?.[1];
  return told !== undefined && !request.includes(told) && talkScore(told, request) <= 0;
}

function needed(said: string, request: string, isOwn: boolean): number {
  if (isPolar(request)) return isOwn ? likely : surely;
  if (isOwn || ofTheAnswer.test(said)) return talks;
  return ofThemselves.test(request) || thirdPerson.test(said) || names(said, request)
    ? surely
    : talks;
}

/** Tells whether a text speaks of the text that was requested, and so is hardly that text. */
export function isTalkOfTask(said: string, request: string): boolean {
  return (
    /\b(?:write|compose|create|generate|draft|make|tell|translate|summari[sz]e)/i.test(request) &&
    said.length <= mostRead &&
    !isWritten.test(said) &&
    isOwnVoice(said) &&
    ofTask.test(said) &&
    talkScore(said, request) > surely
  );
}

// A name that the question does not hold is mostly what it asked for.
function names(said: string, request: string): boolean {
  const name = /[\p{Ll},] (\p{Lu}\p{Ll}{2,})/u.exec(said)?.[1];
  return name !== undefined && english.test(request) && !request.includes(name);
}

const english = /\b(?:the|what|who|which|when|how|of)\b/i;

// Who works out a sum is at work.
const works = /\d\)? ?= ?[$€£]?(?:<<)?\(?\d/;

// Code, or the first line of a letter.
const isWritten =
  /```|^(?:subject:|dear |betreff:|sehr geehrte|liebe[rs]? |objet|cher|asunto|estimad|oggetto)/i;

const ofTask =
  /\b(?:write|writing|compose|create|generate|translate|summari[sz]e|request|task|assist)\b/i;

// What somebody said may be anything.
const asksForSaid = new RegExp(
  String.raw`\b(?:do|does|did|can|will|is|to) (?:\S+ ){1,6}?` +
    String.raw`(?:say|shout|ask|cry|whisper|sing|reply)(?:ing)?\b`,
  'i',
);

// A greeting is answered by one.
const greets =
  /^(?:hi|hello|hey|hallo|bonjour|hola|ciao|olá|thanks?|thank you|ok)(?!\p{L})[^?]{0,20}$/iu;

// A sign of these scripts is half a word.
const fewWords = /^(?!.*[\p{Script=Han}\p{Script=Hiragana}]{5})\S+(?: \S+){0,2}$/u;

const han = /^[\p{Script=Han}，,。]+$/u;

/** What is asked for may be a text, a title or what somebody said. */
export const ofWords = new RegExp(words.ofWords, 'i');

const thirdPerson = new RegExp(words.thirdPerson, 'iu');

// Who speaks of the question, the answer or what is given speaks of nothing else.
const ofTheAnswer = new RegExp(words.ofTheAnswer, 'iu');

// A question with a yes or a no holds no word that asks for more.
function isPolar(request: string): boolean {
  return /\S\s+\S.*[?？؟]|吗|か[。]?$/.test(request) && !asksFor.test(request);
}

const asksFor = new RegExp(words.asksFor, 'iu');

// Advice and a no may be all that a user who speaks of himself needs.
const ofThemselves = new RegExp(words.ofThemselves, 'iu');

// A text that is asked about may say anything.
const holdsText =
  /[\p{L}]: ?["“«„]?\p{L}.{12,}|["“«„「][^"”»“」]{14,}["”»“」]|(?<!\p{L})'[^']{14,}'|\n/u;
