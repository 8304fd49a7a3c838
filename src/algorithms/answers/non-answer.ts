import { type NonAnswerKind, type Phrase, phrases } from './non-answer-phrases.ts';
import { repeats } from './repeats.ts';
import { isOtherScript } from './script.ts';

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
}

const mostRead = 20_000;
// Later a phrase is part of an answer.
const mostOpening = 400;

/**
 * Finds which kind of non-answer a text is, in English, German, French, Spanish, Italian and
 * Portuguese; `undefined` of what may be an answer. A phrase counts at the beginning of the text
 * alone, and not where the request itself is about it: a translation of "I don't know" is right.
 */
export function nonAnswerIn({
  text,
  request,
  isCut,
  isJson,
}: DraftText): NonAnswerKind | undefined {
  const said = levelled(text.slice(0, mostRead));
  const asked = levelled(request.length > mostRead ? request.slice(-mostRead) : request);
  if (repeats(said) && !/\b(?:repeat|times|repet|wiederhol|répét|ripet)/i.test(asked))
    return 'loop';
  if (isJson) return undefined;
  return (
    phraseIn(said, asked) ??
    (isEcho(said, asked) ? 'echo' : undefined) ??
    (holdsPlaceholder(said, asked) ? 'placeholder' : undefined) ??
    (holdsTemplateTokens(said, asked) ? 'template tokens' : undefined) ??
    (isOtherScript(said, asked) ? 'other script' : undefined) ??
    (!isCut && isHalf(said) ? 'half sentence' : undefined)
  );
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

const begun = new RegExp(
  String.raw`^(?:i(?:'m| am) (?:\p{L}+ )?(?:sorry|afraid)|i apologi|my apologies|sorry\b` +
    '|unfortunately|as an? (?:ai|large|language)|es tut mir|tut mir|leider|als ki|désolé' +
    '|je suis désolé|malheureusement|lo siento|lamentablemente|mi dispiace|purtroppo|desculpe' +
    '|sinto muito|infelizmente)',
  'iu',
);

function levelled(text: string): string {
  return text
    .replace(/[’‘`´]/g, "'")
    .replace(/[^\S\n]+/g, ' ')
    .trim();
}

// Requests for a text in which such a phrase is what was wanted.
const composing = new RegExp(
  String.raw`\b(?:translat|übersetz|tradu|rephras|rewrit|paraphras|quot|zitier` +
    '|dialog|story|geschichte|poem|lyrics|letter|e-?mail|brief|script' +
    '|role-?play|pretend|example sentence|complete the|continue|say|reply as' +
    '|means?|meaning|bedeutet|how do (?:i|you)|another way|synonym|polite' +
    '|message|apolog|declin|refus|reject|reply|respond to)',
  'i',
);
const speaksOfItself = new RegExp(
  String.raw`\b(?:as an? (?:ai|artificial|large language|language) ?` +
    '|ai (?:language )?(?:model|assistant)|real[- ]?time|als ki|sprachmodell' +
    '|modèle de langage|modelo de lenguaje|modello linguistic' +
    '|modelo de linguagem)',
  'i',
);
const conditional = /\b(?:if|when|unless|wenn|falls|si|se|quando|cuando)\b[^.\n]{0,60}$/i;

function phraseIn(said: string, asked: string): NonAnswerKind | undefined {
  // A quote, a heading or an item of a list is no speech of the model itself.
  if (/^["'“«„*#>\d-]*["“«„>#]/.test(said)) return undefined;
  const opening = said.slice(0, mostOpening);
  for (const phrase of phrases) {
    if (!phrase.opening.test(opening)) continue;
    if (!isWanted(phrase, opening, asked)) return phrase.kind;
  }
  return isBareQuestion(said, asked) ? 'asking back' : undefined;
}

function isWanted({ kind, anywhere }: Phrase, opening: string, asked: string): boolean {
  if (kind === 'asking back' || kind === 'echo') return wantsQuestions(asked);
  if (speaksOfItself.test(opening)) return false;
  const named = anywhere.exec(asked);
  // "If you don't know, say so" is no request for these words.
  if (named && !conditional.test(asked.slice(Math.max(0, named.index - 80), named.index)))
    return true;
  const isForModel =
    kind === 'refusal' &&
    !new RegExp(
      String.raw`\b(?:declin|refus|reject|apolog|unable|den(?:y|ies)|absag|ablehn` +
        '|refuser|rechaz|rifiut|recus)',
      'i',
    ).test(asked);
  return composing.test(asked) && !isForModel;
}

const questionWords = new RegExp(
  String.raw`\b(?:ask|question|quiz|interview|survey|clarif|greet|welcome|chatbot|intent` +
    '|frage|fragt' +
    '|pregunt|domand|pergunt|demand|summari[sz]|rewrit|rephras|paraphras|translat|übersetz' +
    '|tradu|e-?mail|letter|message|dialog|script|reply|polite|template|form|(?:hi|hello' +
    String.raw`|hey|hallo|bonjour|hola|ciao|olá|fill)\b)`,
  'i',
);

// Requests to which a question may be the answer.
function wantsQuestions(asked: string): boolean {
  return questionWords.test(asked);
}

// One question and nothing else, to one that asked something.
function isBareQuestion(said: string, asked: string): boolean {
  if (!said.endsWith('?') || said.length > 300 || said.includes('\n') || copies.test(asked))
    return false;
  return (
    !/[.!:]\s/.test(said) &&
    /\?|^(?:wh|how|name|tell|give|explain|list)/i.test(asked) &&
    !wantsQuestions(asked)
  );
}

const copies = new RegExp(
  String.raw`\b(?:repeat|copy|quote|extract|correct|fix|proofread|spell|translat` +
    '|übersetz|tradu|rewrit|rephras|paraphras|format|convert' +
    '|which (?:sentence|line|question)|wiederhol|korrigier|corrig|répèt' +
    '|repit|copia|ripet|anonymi|punctuat|grammar|echo|transcri|lower ?case' +
    '|upper ?case|sort|say)',
  'i',
);

function isEcho(said: string, asked: string): boolean {
  const bare = lettersOf(said);
  if (bare.length < 12 || copies.test(asked)) return false;
  if (bare === lettersOf(asked)) return true;
  const questions = asked.match(/[^.!?\n]{8,400}\?/g) ?? [];
  if (questions.some(question => lettersOf(question) === bare)) return true;
  return isExample(bare, asked);
}

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

function lettersOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

const placeholders = new RegExp(
  String.raw`[[<{]{1,2}\s?(?:insert|enter|add|your|their|the|name of|fill|placeholder` +
    '|company|customer' +
    '|recipient|city|capital|country|answer|date|number|value|name|first name|einfügen|ihr' +
    '|dein|votre|nom|su|tu|nombre|inserire|nome|seu|inserir|insérer' +
    String.raw`|insertar)\b[^\]>}\n]{0,50}` +
    String.raw`[\]>}]{1,2}|\blorem ipsum\b|(?:\/\/|#|\/\*|<!--)\s*TODO\b|^TODO\b|\bTODO:` +
    String.raw`|\b(?:XXX+|TBD)\b|_{4,}|^(?:\.{3}|…|undefined|\[object Object\])$`,
  'i',
);
const isAboutPlaceholders = new RegExp(
  'template|placeholder|platzhalter|vorlage|modèle|plantilla|modello' +
    String.raw`|\bmodelo\b|to-?do|lorem|dummy|\[[^\]\n]*\]|<[a-z]|\{\{|e-?mail|letter` +
    String.raw`|\bbrief\b|anschreiben|lettre|carta|lettera|contract|vertrag|resume` +
    String.raw`|\bcv\b|invoice|html|xml|jsx|fill|blank|form\b|mock|insert|TBD|_{3,}` +
    '|regex|markup|syntax|usage|command',
  'i',
);

function holdsPlaceholder(said: string, asked: string): boolean {
  const found = placeholders.exec(said)?.[0];
  if (found === undefined) return false;
  // Marks of a programming language are no placeholders.
  if (/^[<{]/.test(found) && /```|[;{}]\s*$/m.test(said)) return false;
  return !isAboutPlaceholders.test(asked);
}

const templateTokens = new RegExp(
  String.raw`<\|[a-z_0-9]{2,30}\|>|\[\/?INST\]|<\/?(?:start|end)_of_(?:turn|text)>` +
    String.raw`|<<\/?SYS>>|<\/s>|\n(?:User|Human):\s`,
);

function holdsTemplateTokens(said: string, asked: string): boolean {
  return (
    templateTokens.test(said) &&
    !new RegExp(
      String.raw`<\||INST\]|_of_turn|<\/?s>|template|token|(?:User|Human):|dialog|chat` +
        '|conversation|script',
      'i',
    ).test(asked)
  );
}

// Words after which no sentence ends.
const unfinished = new RegExp(
  String.raw`(?:^|\s)(?:the|an|and|or|is|are|was|were|because|which|with the|to the` +
    '|in the|der|das|und|oder|ist|sind|weil|le|les|et|est|sont|el|los|y|es' +
    '|son|il|gli|è|sono|os|são|need to|have to)$',
);

function isHalf(said: string): boolean {
  if ((said.match(/```/g) ?? []).length % 2 === 1) return true;
  const words = said.slice(-400).split(/\s+/);
  if (words.length < 4) return false;
  return /[,(]$/.test(said) || unfinished.test(said.slice(-60));
}
