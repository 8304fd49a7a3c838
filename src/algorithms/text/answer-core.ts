import lists from './answer-core.json' with { type: 'json' };

const longest = 200;
const longestAsked = 2000;
const aside = new Set(lists.aside.split(' '));
const [yes, no] = [new RegExp(lists.yes, 'iu'), new RegExp(lists.no, 'iu')];
// What is to be worded is compared word by word.
const isWorded = new RegExp(lists.worded, 'i');
const endings = new RegExp(lists.endings, 'u');
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const asksFor = new RegExp(lists.asksFor, 'iu');

/** What a short answer says. */
export interface AnswerCore {
  /** What it adds to its question. */
  readonly added: string;
  /** Words of the question that it repeats. */
  readonly repeated: ReadonlySet<string>;
}

/**
 * Tells whether two answers say the same: both add the same, and one repeats nothing of the
 * question that the other does not, or the reverse. Who names John says another thing than who
 * names Mary, though the question names both.
 */
export function isSameCore(one: AnswerCore, other: AnswerCore): boolean {
  const [less, more] = [one.repeated, other.repeated].sort((a, b) => a.size - b.size);
  return one.added === other.added && [...less!].every(word => more!.has(word));
}

/**
 * Brings a short answer to what it adds to its question: "Rome" and "The capital of Italy is Rome"
 * to the same, "Yes" and "Yes, it is wet" too. `undefined` where there is nothing of the kind, as
 * of longer texts, objects, code, and texts that were to be worded.
 */
export function answerCore(text: string, question: string): AnswerCore | undefined {
  const said = text.trim().replaceAll('**', '');
  if (said.length > longest || question.length > longestAsked || /[{}[\]=;`<>\n]/.test(said))
    return undefined;
  if (isWorded.test(question)) return undefined;
  if (!asksFor.test(question)) {
    const isYes = yesOrNo(said);
    if (isYes !== undefined) return { added: isYes ? 'yes' : 'no', repeated: new Set() };
  }
  const isChoice = /(?<!\p{L})(?:or|oder|ou|o|или)(?!\p{L})|还是/iu.test(question);
  // A text or a list that is given is what answers are made of.
  const head = isChoice ? '' : (/^[^:"“«„\n]*/.exec(question)?.[0] ?? '');
  if (unspaced.test(said)) return unspacedCore(said, head);
  const given = wordsOf(head);
  return coreOf(
    wordsOf(said).filter(word => !aside.has(word)),
    { repeats: word => given.find(of => isFormOf(word, of)), join: left => dated(left).join(' ') },
  );
}

/** Reads a yes or a no at the beginning of an answer, in many languages. */
export function yesOrNo(said: string): boolean | undefined {
  if (yes.test(said)) return true;
  return no.test(said) ? false : undefined;
}

function unspacedCore(said: string, head: string): AnswerCore | undefined {
  const given = new Set(head);
  const signs = [...said.replace(endings, '')].filter(sign => /[\p{L}\p{N}]/u.test(sign));
  const repeats = (sign: string) => (given.has(sign) ? sign : undefined);
  return coreOf(signs, { repeats, join: left => left.join('') });
}

function coreOf(
  words: readonly string[],
  of: {
    readonly repeats: (word: string) => string | undefined;
    readonly join: (left: string[]) => string;
  },
): AnswerCore | undefined {
  const left: string[] = [];
  const repeated = new Set<string>();
  for (const word of words) {
    const known = of.repeats(word);
    if (known === undefined) left.push(word);
    else repeated.add(known);
  }
  return left.length === 0 ? undefined : { added: of.join(left), repeated };
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
