import { later } from '../later.ts';
import { namesLanguage } from './script.ts';
import { isOwnVoice, talkFeatures } from './talk-features.ts';
import data from './talk-weights.json' with { type: 'json' };
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
  if (said.length > mostRead || /^[[{<]/.test(said) || works.test(said)) return false;
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
export const ofWords = new RegExp(
  String.raw`\b(?:(?:which|what|name an?|title of) (?:\w+ ){0,2}(?:song|film|movie|play|album` +
    String.raw`|novel|book|poem|band` +
    String.raw`|group|collection)s?|lyrics|soliloquy|pronouns?|words?|abbreviations?|stands? for` +
    String.raw`|participle` +
    String.raw`|form of|witness|react|according to|opposite|rhetorical|tense|n[ée]gation|prov(?:e` +
    String.raw`|es|ed))\b`,
  'i',
);

const thirdPerson = new RegExp(
  String.raw`^(?:he|she|they|we|there|it(?!'| can)|the(?! (?:question|answer|user|prompt|request` +
    String.raw`|query|model|assistant|system))|an?|er|sie|wir|der|die|das|ein|eine|il|elle|ils` +
    String.raw`|nous|le|la|les|un|une` +
    String.raw`|él|ella|el|los|las|lui|lei|lo|gli|ele|ela|os|as|hij|zij|wij|de|het|on|ona|han` +
    String.raw`|hun|hon|он|она|они|мы)(?!\p{L})` +
    '|^(?:他|她|它|彼|彼女|그는|그녀)',
  'iu',
);

// Who speaks of the question, the answer or what is given speaks of nothing else.
const ofTheAnswer = new RegExp(
  String.raw`(?<!\p{L})(?:(?:the|this|your) question|context|prompt|asked|insufficient|unable to` +
    String.raw`|we (?:must|need to|have to|should) (?:find|determine|identify|recall)` +
    String.raw`|answer(?:ed)? (?:is|to|can|be)|not (?:specified|provided|mentioned|available)` +
    String.raw`|(?:to|be) determined?|(?:the|der|die) (?:user|benutzer|nutzer|frage)|beantworten` +
    String.raw`|angaben|kontext|l'utilisateur|(?:la|cette) question|répondre|contexte|la pregunta` +
    String.raw`|responder|contexto|la domanda|rispondere|contesto|a pergunta|de vraag` +
    String.raw`|beantwoorden|pytani[ea]|frågan|вопрос|reliable sources?` +
    String.raw`|official (?:web)?site)(?!\p{L})|问题|質問|질문`,
  'iu',
);

// A question with a yes or a no holds no word that asks for more.
function isPolar(request: string): boolean {
  return /\S\s+\S.*[?？؟]|吗|か[。]?$/.test(request) && !asksFor.test(request);
}

const asksFor = new RegExp(
  String.raw`(?<!\p{L})(?:what|who|whom|whose|when|where|why|how|which|wer|wen|wem|was|wann` +
    String.raw`|wo|wohin` +
    String.raw`|woher|warum|wieso|wie|wieviel|welche[rsnm]?|qui|que|quoi|quel(?:le)?s?|comment` +
    String.raw`|où|quand` +
    String.raw`|pourquoi|combien|qu'est|qu['e]|quién(?:es)?|qué|cuál(?:es)?|cuándo|cuánt[oa]s?` +
    String.raw`|dónde|cómo` +
    String.raw`|chi|che|cosa|quale|quali|qual|quant[ioae]|dove|quando|come|perché|quem|quais` +
    String.raw`|onde|como|porque` +
    String.raw`|wat|welke?|hoe|hoeveel|waar|waarom|wanneer|kto|co|jak[aie]?|ile|ilu|gdzie|kiedy` +
    String.raw`|dlaczego` +
    String.raw`|vad|vem|hur|när|var|varför|vilken|vilket|hvad|hvem|hvor|hvornår|hva|hvilken` +
    String.raw`|mikä|mitä|kuka` +
    String.raw`|missä|milloin|kdo|kolik|kde|kdy|proč|mi|ki|hol|mikor|miért|hány|cine|ce|câți` +
    String.raw`|unde|când|ne` +
    String.raw`|kim|kaç|nerede|neresi(?:dir)?|nasıl|кто|что|какая|какой|какие|как|где|когда` +
    String.raw`|сколько|почему` +
    String.raw`|хто|що|скільки|де|ποιος|ποια|ποιο|τι|πού|πότε|πόσ[οια]+|من|ما|متى|أين|كم|कौन` +
    String.raw`|क्या|कब|कहाँ|कितन[ेीा]|कैसे` +
    String.raw`)(?!\p{L})|[谁誰什哪几幾多怎何]|为什么|いつ|どこ|いくつ|なぜ|は？|누구|누가|무엇|어디|언제|몇|뭐|는\?|은\?`,
  'iu',
);

// Advice and a no may be all that a user who speaks of himself needs.
const ofThemselves = new RegExp(
  String.raw`(?<!\p{L})(?:i|i'm|my|me|ich|mein[ersnm]*|mir|mich|je|j'|mon|ma|mes|yo|mi|mis|mio` +
    String.raw`|mia|miei|eu|meu` +
    String.raw`|minha|ik|mijn|ja|mój|moja|jag|min|mitt|jeg|я|мой|моя|мою|мне|у меня)(?!\p{L})` +
    String.raw`|我|私|제가|제 `,
  'iu',
);

// A text that is asked about may say anything.
const holdsText =
  /[\p{L}]: ?["“«„]?\p{L}.{12,}|["“«„「][^"”»“」]{14,}["”»“」]|(?<!\p{L})'[^']{14,}'|\n/u;
