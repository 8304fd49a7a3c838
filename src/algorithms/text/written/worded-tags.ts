/** Tells whether a caller asked for tags of this name, so that they are part of the answer. */
export type IsAsked = (name: string) => boolean;

/** What opens a stretch that is a thought where it is closed and something is said behind it. */
export interface WordedTag {
  readonly name: string;
  readonly length: number;
  /** What closes it. */
  readonly close: RegExp;
}

const word =
  String.raw`[\w:.-]{0,24}(?:think|thought|reason|reflect|analysis|analy[sz]ing|rationale` +
  String.raw`|contemplat|monologue|brainstorm|deliberat|planning|scratch|musing)[\w:.-]{0,16}` +
  '|cot|plan|commentary';
const opening = new RegExp(
  String.raw`(<)(${word})(?:\s[^<>\n]{0,80})?>|(\[)(${word})\]|(\x60{3})(${word})[ \t]{0,8}\n`,
  'iy',
);
const folded = /<(details)\b[^<>\n]{0,80}>\s{0,8}<summary>\W{0,8}(?:th(?:ink|ought)|reason)/iy;
const unfinished = /^(?:<[\w:.-]{0,60}|\[[a-z_]{0,20}|`{1,3}[a-z_]{0,20}[ \t]{0,8})$/i;
const withAttributes = new RegExp(
  String.raw`^<(?:${word})\s[^<>\n]{0,80}$` +
    String.raw`|^<details\b[^<>\n]{0,80}>?\s{0,8}(?:<[^>]{0,8}>?[^<]{0,20})?$`,
  'i',
);

/** Reads a tag that is named for thinking at a place; `partial` where what follows decides. */
export function wordedTagAt(text: string, at: number): WordedTag | 'partial' | undefined {
  opening.lastIndex = at;
  const found = opening.exec(text);
  if (found) {
    const name = found[2] ?? found[4] ?? found[6] ?? '';
    const close = found[1] ? `</${name}\\s{0,2}>` : found[3] ? `\\[/${name}\\]` : '\\n```';
    return { name, length: found[0].length, close: new RegExp(close, 'gi') };
  }
  folded.lastIndex = at;
  if (folded.test(text)) return { name: 'details', length: 0, close: /<\/details>/gi };
  const rest = text.slice(at, at + 200);
  return unfinished.test(rest) || withAttributes.test(rest) ? 'partial' : undefined;
}

const answers = /<(answer|final_?answer|response|output|result|solution|final)>/iy;
const unfinishedAnswer = /^<[a-z_]{0,14}$/i;

/** Reads a tag that wraps an answer: behind a thought, or named for nothing else. */
export function answerTagAt(
  text: string,
  at: number,
  isBehind: boolean,
): { readonly name: string; readonly length: number } | 'partial' | undefined {
  answers.lastIndex = at;
  const found = answers.exec(text);
  const name = found?.[1] ?? '';
  if (found)
    return isBehind || /answer/i.test(name) ? { name, length: name.length + 2 } : undefined;
  return unfinishedAnswer.test(text.slice(at, at + 20)) ? 'partial' : undefined;
}

const longestSpace = 200;

/**
 * Tells what stands behind a closed stretch: words or a wrapped answer make it a thought; other
 * tags make all of it a document. `partial` where what follows decides.
 */
export function isThoughtBefore(text: string, end: number): boolean | 'partial' {
  const next = text.slice(end, end + longestSpace).search(/\S/);
  if (next < 0) return text.length < end + longestSpace ? 'partial' : false;
  if (text[end + next] !== '<') return true;
  const found = answerTagAt(text, end + next, true) ?? wordedTagAt(text, end + next);
  return found === 'partial' ? 'partial' : found !== undefined;
}
