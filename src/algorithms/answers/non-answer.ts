import { emptyOpening, noWord } from './empty-openings.ts';
import { holdsPlaceholder, holdsTemplateTokens, isBlank, isHalf } from './form-faults.ts';
import { type NonAnswerKind, phrases } from './non-answer-phrases.ts';
import lists from './non-answer-words.json' with { type: 'json' };
import { isOtherLanguage } from './other-language.ts';
import { repeats, repeatsNumbers } from './repeats.ts';
import { isOtherScript, namesLanguage } from './script.ts';
import { isTalk, isTalkOfTask, ofWords } from './talk.ts';
import { joining, stemOf } from './unmet/made-of.ts';
import { isSlotted } from './unmet/slots.ts';
import { isUnmet } from './unmet/unmet.ts';
import {
  composing,
  copies,
  isOfSpeaker,
  isWanted,
  lettersOf,
  mayBeNothing,
  wantsCourtesy,
  wantsQuestions,
} from './wanted-words.ts';
import { isWarning } from './warning.ts';

export type { NonAnswerKind } from './non-answer-phrases.ts';

/** A draft, and what it should answer. */
export interface DraftText {
  readonly text: string;
  /** The user's own turn. */
  readonly request: string;
  /** That a limit of the caller's own has cut it: it may then end anywhere. */
  readonly isCut?: boolean;
  /** That it was asked for as JSON: its form is looked at elsewhere. */
  readonly isJson?: boolean;
  /** What was said before: the system's instructions and earlier turns of the user. */
  readonly before?: string;
}

const quotesText = new RegExp(
  String.raw`["“«„](?:[^\s"”»“]{1,30}\s){2,20}[^\s"”»“]{1,30}["”»“]|「[^「」]{4,200}」` +
    String.raw`|(?<!\p{L})['‘](?:\S{1,30}\s){2,20}?\S{1,30}['’]|: (?:\S{1,30}\s){2}\S`,
  'u',
);
// Who renders texts gives what any text says.
const renders =
  /\b(?:translat|übersetz|tradu|rewrit|rephras|paraphras|proofread|transcri|grammar|interpreter)/i;

// Orders to translate in languages whose names for languages are not known.
const rendered = new RegExp(
  '^(?:przetłumacz|переведи|переклади|översätt|oversett?|vertaal|käännä|fordítsd|přelož|traduza' +
    '|çevir)|翻译|번역|訳して',
  'iu',
);
const mended = /^(?:correct|fix|proofread|shorten|rephrase|rewrite|make it)\b.*["“:]/i;

const mostRead = 20_000;
// Later a phrase is part of an answer.
const mostOpening = 400;

/**
 * Finds which kind of non-answer a text is, in English, German, French, Spanish, Italian and
 * Portuguese, and by its usual phrases in some other languages; `undefined` of what may be an
 * answer. A phrase counts at the beginning of the text alone, behind courtesies, and not where the
 * request itself is about it: a translation of "I don't know" is right.
 */
export function nonAnswerIn({
  text,
  request,
  isCut,
  isJson,
  before = '',
}: DraftText): NonAnswerKind | undefined {
  const said = levelled(text.slice(0, mostRead));
  const asked = levelled(request.length > mostRead ? request.slice(-mostRead) : request);
  if (goesRound(said, asked)) return 'loop';
  const isLacking = isJson ? isSlotted : isUnmet;
  if (lettersOf(said) !== '' && isLacking(said, asked)) return 'lacking';
  if (isJson) return phraseIn(onlyField(said) ?? 'an object', asked);
  return (
    (rendersText(said, asked, before) ? undefined : ownFault(said, asked, before)) ??
    (holdsPlaceholder(said, asked) ? 'placeholder' : undefined) ??
    (holdsTemplateTokens(said, asked) ? 'template tokens' : undefined) ??
    (!isCut && isHalf(said, asked) ? 'half sentence' : undefined)
  );
}

function goesRound(said: string, asked: string): boolean {
  if (repeatsNumbers(said) && !ofRows.test(asked)) return true;
  return (
    repeats(said) &&
    !/\b(?:repeat|times|repet|wiederhol|répét|ripet|digits?|decimals?)/i.test(
      asked.replace(/times \d/g, ''),
    )
  );
}

const ofRows =
  /repeat|times|pattern|alternat|zeros?|ones|matri|array|rows?|columns?|csv|bina|bits|digit|fill/i;

function rendersText(said: string, asked: string, before: string): boolean {
  return (
    renders.test(before) ||
    (rendered.test(asked) && quotesText.test(asked)) ||
    (mended.test(asked) && shareGiven(said, asked) >= 0.6) ||
    (quotesText.test(asked) && namesLanguage(asked.replace(/original|symbol|script/gi, '')))
  );
}

function shareGiven(said: string, asked: string): number {
  const given = new Set(lettersOf(asked).split(' '));
  const words = lettersOf(said).split(' ');
  return words.filter(word => given.has(word)).length / words.length;
}

// What is wrong with words that are the model's own.
function ownFault(said: string, asked: string, before: string): NonAnswerKind | undefined {
  const phrase = phraseIn(said, asked) ?? (isEcho(said, asked) ? 'echo' : undefined);
  if (phrase !== undefined || namesLanguage(before)) return phrase;
  return isOtherScript(said, asked) || isOtherLanguage(said, asked) ? 'other language' : undefined;
}

/**
 * Tells whether a text that has only begun may become a non-answer: it is one already, it begins
 * with an apology or with the words of the question.
 */
export function mayBecomeNonAnswer(text: string, request: string): boolean {
  const said = levelled(text);
  const isEchoed =
    said.length >= 8 && levelled(request).toLowerCase().startsWith(said.toLowerCase());
  return isEchoed || begun.test(said) || nonAnswerIn({ text, request, isCut: true }) !== undefined;
}

// The value of an object that holds one text.
function onlyField(json: string): string | undefined {
  const found = /^\{\s*"[^"\\]{0,80}"\s*:\s*"((?:[^"\\]|\\.){0,2000})"\s*\}$/.exec(json)?.[1];
  return found !== undefined && /\s/.test(found) ? found : undefined;
}

const begun = new RegExp(lists.begun.join('|'), 'iu');

function levelled(text: string): string {
  return text
    .replace(/[’‘´]|(?<=\p{L})`(?=\p{L})/gu, "'")
    .replace(/[^\S\n]+/g, ' ')
    .trim();
}

// Marks of form around a text, and before its first word, say nothing.
const marks = /^[\s*_#>`~-]+|[\s*_`~]+$/g;
const mostPeeled = 6;

function phraseIn(said: string, asked: string): NonAnswerKind | undefined {
  if (isBlank(said, asked)) return 'nothing said';
  if (isNoSpeech(said, asked)) return undefined;
  const { kind, rest } = peeled(said.slice(0, mostOpening).replace(marks, ''), asked);
  if (kind !== undefined) return kind;
  if (isOfSpeaker.test(asked)) return undefined;
  if (asksForMore.test(said) && !wantsQuestions(asked)) return 'asking back';
  if (isWarning(said, asked)) return 'nothing said';
  if (composing.test(asked)) return isTalkOfTask(said, asked) ? 'nothing said' : undefined;
  return talkIn(said, asked, rest);
}

function talkIn(said: string, asked: string, rest: string): NonAnswerKind | undefined {
  const isEmpty = rest === '' && !/^[\p{L}\p{N}]+$/u.test(said);
  if (isEmpty && !wantsCourtesy.test(asked) && !(namesLanguage(asked) && /["“«]/.test(asked)))
    return 'nothing said';
  if (!isAskedFor(said, asked) && isTalk(said, asked)) return 'nothing said';
  return isBareQuestion(said, asked) ? 'asking back' : undefined;
}

const asksForMore = new RegExp(
  String.raw`^[^\n]{0,200}\b(?:could|can|would) you (?:please )?(?:provide|give|share|tell)` +
    String.raw`(?: \w+){0,3} (?:more|further|additional) (?:information|context|details?)\b` +
    String.raw`[^\n]{0,120}\?$`,
  'i',
);

function isNoSpeech(said: string, asked: string): boolean {
  // What the request shows is what it may ask for.
  const isShown = said.length >= 4 && asked.includes(`"${said}"`);
  // A quote, a heading or an item of a list is no speech of the model itself.
  // Who speaks in verses is nobody.
  const isVerse = /\n.+\n/.test(said) && /haiku|limerick|sonnet|poem|song|verse/i.test(asked);
  return (
    isVerse ||
    isShown ||
    madeGood.test(said.slice(0, mostOpening)) ||
    /^(?:["'“«„#>\d-]|\* )/.test(said)
  );
}

// Looks for a phrase behind each opening that says nothing by itself.
function peeled(opening: string, asked: string): { kind?: NonAnswerKind; rest: string } {
  let rest = opening;
  for (let turn = 0; turn <= mostPeeled; turn++) {
    const begin = rest;
    const found = phrases().find(
      phrase => phrase.opening.test(begin) && !isWanted(phrase, begin, asked),
    );
    if (found) return { kind: found.kind, rest };
    if (noWord.test(begin) && !mayBeNothing(begin, asked)) return { kind: "don't-know", rest };
    rest = begin.replace(emptyOpening, '');
    if (rest === begin) break;
  }
  return { rest };
}

// A question that somebody is to ask.
function isAskedFor(said: string, asked: string): boolean {
  return said.endsWith('?') && wantsQuestion.test(asked);
}

const wantsQuestion = new RegExp(
  String.raw`\b(?:(?:should|can|could) i|to) ask\b|\bquestions? (?:to|for|about|that)\b` +
    String.raw`|\b(?:one|two|three|\d+|what|which) questions?\b`,
  'i',
);

// "I have no recent figures, but it is about 540,000."
const madeGood = new RegExp(lists.madeGood.join('|'), 'u');

// One question and nothing else, to one that asked something.
function isBareQuestion(said: string, asked: string): boolean {
  if (!said.endsWith('?') || said.length > 300 || said.includes('\n') || copies.test(asked))
    return false;
  return (
    !/[.!:]\s/.test(said) && !ofWords.test(asked) && isTask.test(asked) && !wantsQuestions(asked)
  );
}

const isTask = new RegExp(
  String.raw`\?|^(?:wh|how|name|tell|give|explain|list|create|make|classify|describe|convert` +
    String.raw`|suggest` +
    '|find|recommend|solve|compare|compute)',
  'i',
);

function isEcho(said: string, asked: string): boolean {
  const bare = lettersOf(said.replace(restating, ''));
  if (bare.length < 12) return false;
  if (bare.replaceAll(' ', '') === lettersOf(asked).replaceAll(' ', ''))
    return !/^(?:repeat|say|echo|copy)/i.test(asked);
  if (bare.split(lettersOf(asked)).length > 3) return true;
  if (copies.test(asked) || isNamesake(said, asked)) return false;
  const questions = asked
    .split('?')
    .slice(0, -1)
    .map(piece => piece.split(/[.!\n]/).at(-1) ?? '');
  if (questions.some(question => lettersOf(question) === bare)) return true;
  return (
    (/^[^:]*\?$/.test(asked) &&
      stopsShort.test(said) &&
      isMadeOf(bare.replace(/ \S+$/, ''), lettersOf(asked))) ||
    (/[.!]$/.test(said) && !/[:\n"]/.test(asked) && isTurned(bare, lettersOf(asked))) ||
    isExample(bare, asked)
  );
}

// "The capital of Luxembourg is Luxembourg."
function isNamesake(said: string, asked: string): boolean {
  const name = / (?:is|ist|est|es|è|é) (\p{Lu}\p{L}+)(?: City)?[.!]?$/u.exec(said)?.[1];
  return name !== undefined && asked.includes(name) && /capital|hauptst|city|stadt/i.test(asked);
}

// A sentence made of the words of a short question, which offers nothing to choose from.
function isTurned(bare: string, asked: string): boolean {
  const least = orders.test(asked) ? 3 : 6;
  if (bare.split(' ').length < least || asked.split(' ').length > 20) return false;
  if (
    least === 6 &&
    !/^(?:who|what|when|where|how|why|which|wer|was|wann|wo|wie|welche[rs]?)\b/.test(asked)
  )
    return false;
  return !/\b(?:or|if|than|times|call)\b/.test(asked) && isMadeOf(bare, asked);
}

const orders = /^(?:name|list|write|give|explain|describe)\b/;

function isMadeOf(bare: string, asked: string): boolean {
  const given = new Set(asked.split(' ').map(stemOf));
  return bare.split(' ').every(word => joining.has(word) || given.has(stemOf(word)));
}

// Words of the question again, up to where the answer should begin.
const stopsShort = new RegExp(
  String.raw`^\S+(?: \S+)+ (?:has|have|had|is|are|was|were|will|did|hat|ist|war|heißt|year|name` +
    String.raw`|city|number|in|an|by|at|of|von|en|de|à)$`,
  'iu',
);

const restating = new RegExp(
  String.raw`^\W*(?:q(?:uestion)?|frage|pregunta|domanda|pergunta|you asked` +
    String.raw`|(?:the|your) question (?:is|was)|the user asked|die frage (?:ist|lautet))` +
    String.raw`(?:\s*[:,-]|\s+(?=["“«]|wh|how))\s*`,
  'iu',
);

// The words of an example that the request gave.
function isExample(bare: string, asked: string): boolean {
  if (bare.length < 24) return false;
  const cues = asked.matchAll(
    new RegExp(
      String.raw`\b(?:for example|example|e\.g\.|such as this|like this|beispiel` +
        String.raw`|par exemple|exemple|por ejemplo|ejemplo|esempio|exemplo)\b`,
      'gi',
    ),
  );
  for (const cue of [...cues].slice(0, 8)) {
    if (lettersOf(asked.slice(cue.index, cue.index + 600)).includes(bare)) return true;
  }
  return false;
}
