const longest = 200;
const longestAsked = 2000;
const aside = new Set(
  (
    'the a an is are was were be been it its this that these there they he she we you i in on at ' +
    'of to by for from with as and has have had called named about der die das den dem ein eine ' +
    'einen ist sind war es er sie im in am um von zu le la les l un une est sont était il elle ce ' +
    'c en au du de des el los las una es son fue lo gli uno è sono o os um uma são foi это'
  ).split(' '),
);
const yes =
  /^(?:yes|yeah|yep|true|correct|ja|oui|vrai|sí|sì|vero|sim|да|はい|是的?|对|네)(?![\p{L}])/iu;
const no =
  /^(?:no|nope|false|incorrect|nein|non|faux|falso|não|нет|いいえ|不是?|否|아니요?)(?![\p{L}])/iu;
// What is to be worded is compared word by word.
const isWorded =
  /translat|übersetz|tradu|rewrit|rephras|paraphras|correct|spell|grammar|article|preposition|pronoun|sentence|write|翻译|訳/i;
const endings = /(?:입니다|이에요|예요|です|だ|でした)(?=[。.!]?$)/u;
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const asksFor =
  /^(?:wh|how|name|list|give|w(?:er|as|ann|o|ie|elch)|qu|comb|où|cómo|cuá|¿[qcd]|dón|che|chi|dove|com[eo]|кто|что|где|как|сколько)/iu;

/**
 * Brings a short answer to what it adds to its question: "Rome" and "The capital of Italy is Rome"
 * to the same, "Yes" and "Yes, it is wet" too. `undefined` where there is nothing of the kind, as
 * of longer texts, objects, code, and texts that were to be worded.
 */
export function answerCore(text: string, question: string): string | undefined {
  const said = text.trim().replaceAll('**', '');
  if (said.length > longest || question.length > longestAsked || /[{}[\]=;`<>\n]/.test(said))
    return undefined;
  if (isWorded.test(question)) return undefined;
  if (!asksFor.test(question)) {
    if (yes.test(said)) return 'yes';
    if (no.test(said)) return 'no';
  }
  const isChoice = /(?<!\p{L})(?:or|oder|ou|o|или)(?!\p{L})|还是/iu.test(question);
  // A text or a list that is given is what answers are made of.
  const head = isChoice ? '' : (/^[^:"“«„\n]*/.exec(question)?.[0] ?? '');
  if (unspaced.test(said)) return unspacedCore(said, head);
  const given = wordsOf(head);
  const left = wordsOf(said).filter(
    word => !aside.has(word) && !given.some(of => isFormOf(word, of)),
  );
  return left.length === 0 ? undefined : dated(left).join(' ');
}

function unspacedCore(said: string, head: string): string | undefined {
  const given = new Set(head);
  const left = [...said.replace(endings, '')].filter(
    sign => /[\p{L}\p{N}]/u.test(sign) && !given.has(sign),
  );
  return left.length === 0 ? undefined : left.join('');
}

function wordsOf(text: string): string[] {
  const found = text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(?<=\d),(?=\d{3}(?!\d))/g, '')
    .replaceAll('−', '-')
    .match(
      /(?:(?<![\p{L}\p{N}] ?)-(?=\d))?[\p{L}\p{N}](?:[\p{L}\p{N}]|[.@:/_-](?=[\p{L}\p{N}]))*/gu,
    );
  return (found ?? []).map(word =>
    /^-?\d+(?:\.\d+)?$/.test(word)
      ? String(Number(word))
      : word.replace(/^(\d+)(?:st|nd|rd|th)$/, '$1'),
  );
}

function isFormOf(word: string, other: string): boolean {
  if (word === other) return true;
  if (/\d/.test(word) || Math.min(word.length, other.length) < 3) return false;
  return (
    Math.abs(word.length - other.length) < 4 && (word.startsWith(other) || other.startsWith(word))
  );
}

const months = /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/;

// "December 24" is "24 December".
function dated(words: string[]): readonly string[] {
  const isTurned = months.test(words[0]!) && /^\d{1,2}$/.test(words[1] ?? '');
  return isTurned ? [words[1]!, words[0]!, ...words.slice(2)] : words;
}
