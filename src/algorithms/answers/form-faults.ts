import lists from './form-faults-words.json' with { type: 'json' };

/** What in the form of a text shows that it is no answer: gaps, marks of a template, no end. */

const placeholders = new RegExp(lists.placeholders.join('|'), 'iu');
// "Todo" is a word of Spanish and Portuguese.
const toDo = /(?:\/\/|#|\/\*|<!--)\s*TODO\b|^TODO\b|\bTODO:|\bTODO[.!]?$/;
// What is left open inside a sentence.
const gap = new RegExp(
  String.raw`_{3,}|\bXX (?:m|km|kg|%|met(?:re|er)s?|years?|people|euros?)\b` +
    String.raw`|\b(?:is|was|by|equals) ?(?:\.{3}|…|\?)$` +
    String.raw`|^\p{Lu}\p{L}+ing(?: \p{L}+){0,2}(?:\.{3}|…)$`,
  'u',
);
// A letter in the place of a value, where the request names none.
const letterForValue =
  /(?:(?<!\p{L})(?:is|are|was|equals|beträgt|ist|est|es|è|é)|[=:]) ([XYN])(?: \p{L}+){0,3}\.?$/u;
const nameForValue = /\p{L}[:=] ?\(\p{Ll}{3,20}(?: \p{Ll}{2,20})?\)\.?$/u;
const gapInBrackets = new RegExp(
  String.raw`[\p{Ll}\d] (?:\[(?!sic\]|link\])\p{L}{3,20}(?: \p{L}{2,20})?\]` +
    String.raw`|<\p{Ll}{3,20}(?: \p{L}{2,20})?>)(?: |[.,]|$)`,
  'u',
);
// The same word with rising numbers stands for what should be there.
const numbered = new RegExp(
  String.raw`^(?:1[.)] )?(\p{L}{1,30}) (?:1|A)[,;\s]{1,3}(?:(?:and|und|et|y) )?` +
    String.raw`(?:2[.)] )?\1 (?:2|B)(?:[,;.\s]|$)|^(\p{L}{1,2})1, \2 ?2, \2 ?3\b`,
  'u',
);
// A fence around nothing.
const emptyFence = /^`{3}\w*\s*`{3}$/;
// An object whose one value is nothing.
const emptyObject = /^\{\s*"[^"]{1,40}"\s*:\s*(?:""|null|\[\]|\{\})\s*\}$/;
const isAboutPlaceholders = new RegExp(lists.isAboutPlaceholders.join('|'), 'i');

const ofLetters = new RegExp(
  'letter|article|artikel|word|pronoun|numeral|symbol|variable|axis|chromosom|option|choice' +
    '|answer|grade|sign|key|buchstab' +
    '|lettre|letra',
  'i',
);

// Words in brackets are a link, a list or a note in a longer text.
const mostBracketed = 80;
const mostGapped = 400;
const bracketed =
  /(?:^|\s)\[(?!x\])[\p{L}_]{2,20}(?: [\p{L}_]{2,20}){0,4}\]\.?$|^\([\p{L} ]{3,60}\)\.?$/u;

/** Tells whether a text holds a gap that was to be filled. */
export function holdsPlaceholder(said: string, asked: string): boolean {
  const inBrackets = said.length <= mostBracketed ? bracketed : placeholders;
  const gaps = said.length <= mostGapped ? [gap, gapInBrackets, nameForValue, numbered] : [];
  const letter = letterForValue.exec(said)?.[1];
  if (isOnlyGaps(said, asked)) return true;
  if (emptyObject.test(said) && /\?\s*$/.test(asked))
    return !/\bnull\b|empty|none|missing|absent|otherwise/i.test(asked);
  if (/^(?:The|An?|It|Der|Die|Das|Le|La|El|Il)$/.test(said)) return !ofLetters.test(asked);
  if (letter && !ofLetters.test(asked) && !new RegExp(`\\b${letter}\\b`, 'i').test(asked))
    return true;
  const found = [placeholders, toDo, emptyFence, inBrackets, ...gaps]
    .map(form => form.exec(said)?.[0])
    .find(each => each !== undefined);
  const isMark = found === said && wantsMarks.test(asked);
  if (found === undefined || isMark || (isUsage.test(said) && howTo.test(asked))) return false;
  // Marks of a programming language are no placeholders.
  if (found !== said && /^[<{]/.test(found) && /```|[;{}]\s*$/m.test(said)) return false;
  return !isAboutPlaceholders.test(asked) && !/abbrev|comment|javascript|console/i.test(asked);
}

const howTo = /^how (?:do|can|to)\b/i;
const isUsage = /^[$`]{0,3}[a-z][\w-]{1,20} [^.?!<]{0,60}<[\w-]{1,30}>[^.?!]{0,60}$/;

const ofContent =
  /\[(?:the |your |specific )?(?:reason|topic|body|message|content|purpose|details?)[^\]]{0,30}\]/i;

// "INVOICE_NUMBER", "Subject: [Subject]".
function isOnlyGaps(said: string, asked: string): boolean {
  if (ofContent.test(said) && !/template|placeholder|format|vorlage/i.test(asked)) return true;
  if (said.length > mostGapped || /template|placeholder|\bform\b|vorlage|slot|salut/i.test(asked))
    return false;
  if (/^[A-Z]+(?:_[A-Z]+)+$/.test(said))
    return said
      .split('_')
      .every(word => new RegExp(`\\b${word}`, 'i').test(asked) && !asked.includes(said));
  if (/^\p{L}+: ?<\p{L}{2,20}>$/u.test(said)) return !/html|xml|\btag\b/i.test(asked);
  const left = said.replace(
    /\[[^\]\n]{2,40}\](?!\()|^\p{L}+:|\b(?:dear|hello|hi|yours?|sincerely|best regards)\b/gimu,
    '',
  );
  return left !== said && /\[\p{L}/u.test(said) && !/[\p{L}\p{N}]/u.test(left);
}

const templateTokens = new RegExp(
  String.raw`<\|[a-z_0-9]{2,30}\|>|\[\/?INST\]|<\/?(?:start|end)_of_(?:turn|text)>` +
    String.raw`|<<\/?SYS>>|<\/s>|<(?:unk|pad|bos|eos)>|\n(?:User|Human|Q|Question):\s` +
    String.raw`|(?:^|\n)#{2,4} (?:Instruction|Response|Input|User|System)\b|^(?:System|User` +
    String.raw`|Human|SmolLM|Qwen): ` +
    String.raw`|^You are (?:\w+, )?an? (?:\w+ ){0,2}(?:assistant|chatbot|AI|language model)\b`,
);

/** Tells whether a text holds tokens of a chat template. */
export function holdsTemplateTokens(said: string, asked: string): boolean {
  return (
    templateTokens.test(said) &&
    !new RegExp(
      String.raw`<\||INST\]|_of_turn|<\/?s>|template|token|(?:User|Human):|dialog|chat` +
        '|conversation|script|prompt|instruction|question|quiz|faq|who am i|role',
      'i',
    ).test(asked)
  );
}

// Words after which no sentence ends.
const unfinished = new RegExp(lists.unfinished.join('|'), 'u');

/** Tells whether a text ends in the middle. */
export function isHalf(said: string, asked: string): boolean {
  if ((said.match(/```/g) ?? []).length % 2 === 1) return true;
  if (/^(?:the |my )?(?:final |correct )?answer(?: is)?[\s:()_.[\]]*$/i.test(said)) return true;
  // What was announced does not come.
  if (
    /[:：]$/.test(said) &&
    !wantsMarks.test(asked) &&
    !/statement|keyword|header|syntax|loop|python|begin/i.test(asked) &&
    !said.includes('\n') &&
    /\p{L}/u.test(said)
  )
    return true;
  if (
    !wantsMarks.test(asked) &&
    /\n\s*(?:\d{1,2}[.)]|[-*•]|(?:step|schritt|étape|paso|passo) \d{1,2}[:.]?)$/i.test(
      said.slice(-40),
    )
  )
    return true;
  // What was opened is not closed.
  if (
    /\([^()\n]*\p{L}[^()\n]*$/u.test(said.slice(-200)) ||
    /\{[^{}]{0,80}[:=+*/,-]$/.test(said.slice(-200)) ||
    /<[a-z]+ [\w-]+=["'][^<>\n]*$/i.test(said.slice(-200))
  )
    return true;
  const words = said.slice(-400).split(/\s+/);
  if (words.length < 4)
    return (
      words.length > 1 &&
      said.endsWith(',') &&
      !/greet|salut|address|begin|start|open|anrede/i.test(asked)
    );
  return /[,(=]$/.test(said) || unfinished.test(said.slice(-60));
}

const longestBlank = 400;
const wantsMarks = new RegExp(
  String.raw`\b(?:sign|mark|symbol|operator|punctuation|character|emoji|regex|used|draw` +
    String.raw`|ascii|empty` +
    String.raw`|literal|comment|brackets?|(?:begin|start|end)s? with)\b`,
  'i',
);

const mayLack = /\b(?:none|nothing|no|if|any|may|found)\b/i;

/** Tells whether a text is made of marks and empty items alone, which say nothing. */
export function isBlank(said: string, asked: string): boolean {
  if (said.length > longestBlank || wantsMarks.test(asked)) return false;
  if (/^(?:\[\]|\{\})$/.test(said) && /json|list|array|\[\]/i.test(asked) && mayLack.test(asked))
    return false;
  const left = said.replace(/(?<=^|\s)\d{1,3}[.)](?=\s|$)|\ufffd/g, '');
  return !/[\p{L}\p{N}\p{S}]/u.test(left);
}
