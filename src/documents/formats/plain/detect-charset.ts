import data from './charset-letters.json' with { type: 'json' };

/** What a language writes beyond ASCII, in one of the charsets that it is kept in. */
interface Profile {
  readonly charsets: readonly string[];
  /** Its letters beyond ASCII, in lower case. */
  readonly letters: ReadonlySet<string>;
  /** Of a script of its own, the letters that make more than half of a text. */
  readonly common: ReadonlySet<string> | undefined;
}

const profiles: readonly Profile[] = data.profiles.map(({ charsets, letters, common }) => ({
  ...{ charsets, letters: new Set(letters), common: common ? new Set(common) : undefined },
}));

// The commonest characters of Chinese, as simplified and as traditional.
const commonSimplified = new Set(data.simplified);
const commonTraditional = new Set(data.traditional);

// Words with letters beyond ASCII alone tell charsets apart, and some thousand of them are enough.
const sampleBytes = 8192;

/** Names the charset that bytes, which are no UTF-8, look most like; the names are of the web. */
export function detectCharset(bytes: Uint8Array): string {
  const sample = bytes.includes(0x1b) ? bytes.subarray(0, sampleBytes) : sampleOf(bytes);
  const eastern = easternCharset(sample);
  if (eastern) return eastern;
  let best = { charset: 'windows-1252', score: 0 };
  const wordsIn = new Map<string, readonly BeyondWord[]>();
  for (const { charsets, ...language } of profiles) {
    for (const charset of charsets) {
      const words = wordsIn.get(charset) ?? wordsOf(new TextDecoder(charset).decode(sample));
      wordsIn.set(charset, words);
      const score = likeness(words, language);
      if (score > best.score + 1e-9) best = { charset, score };
    }
  }
  return best.charset;
}

// What stands between white space and holds a byte beyond ASCII; a letter of several bytes holds
// no white space.
function sampleOf(bytes: Uint8Array): Uint8Array {
  const sample = new Uint8Array(sampleBytes);
  let length = 0;
  for (let at = 0; at < bytes.length && length < sampleBytes; ) {
    const start = at;
    let isBeyond = false;
    for (; at < bytes.length && bytes[at]! > 0x20; at++) isBeyond ||= bytes[at]! > 0x7f;
    const end = Math.min(++at, bytes.length, start + sampleBytes - length);
    if (!isBeyond) continue;
    sample.set(bytes.subarray(start, end), length);
    length += end - start;
  }
  return sample.subarray(0, length);
}

/** A word that holds letters beyond ASCII. */
interface BeyondWord {
  /** Those letters, in lower case. */
  readonly beyond: readonly string[];
  readonly hasLatin: boolean;
  /** Whether capitals stand at its beginning, or throughout. */
  readonly isCased: boolean;
  /** How often it stands there. */
  readonly count: number;
}

function wordsOf(text: string): BeyondWord[] {
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(beyondWord)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].map(([word, count]) => ({
    beyond: [...word.toLowerCase()].filter(letter => letter >= '\u0080'),
    hasLatin: /[a-z]/i.test(word),
    isCased: /^(?:\p{Lu}?[^\p{Lu}]*|[^\p{Ll}]*)$/u.test(word),
    count,
  }));
}

// The share of what is beyond ASCII that the language writes, and writes in words: capitals stand
// at their beginning, or throughout.
function likeness(words: readonly BeyondWord[], language: Omit<Profile, 'charsets'>): number {
  const { letters, common } = language;
  let good = 0;
  let frequent = 0;
  let all = 0;
  for (const { beyond, hasLatin, isCased, count } of words) {
    const weight = common && hasLatin ? 0 : isCased ? 1 : 0.2;
    all += beyond.length * count;
    if (common) frequent += count * countIn(beyond, common);
    good += count * (weight * countIn(beyond, letters) + 0.9 * countIn(beyond, punctuation));
  }
  if (all === 0) return 0;
  return common ? (0.7 * good + 0.45 * frequent) / all : good / all;
}

function countIn(letters: readonly string[], set: ReadonlySet<string>): number {
  let count = 0;
  for (const letter of letters) if (set.has(letter)) count++;
  return count;
}

const beyondWord = /(?<![\p{L}\p{M}])[\p{L}\p{M}]*[^\0-\x7f][^\s\0-\x40[-`{-\x7f]*/gu;
const punctuation = new Set([...'–—“”„‘’‚«»…€£§°•©®™·×½¼\u00a0№']);

const eastern: readonly (readonly [charset: string, score: (text: string) => number])[] = [
  ['iso-2022-jp', text => japanese(text)],
  ['shift_jis', text => japanese(text)],
  ['euc-jp', text => japanese(text)],
  ['euc-kr', text => share(text, /\p{Script=Hangul}{2,}/gu)],
  ['gb18030', text => chinese(text, commonSimplified)],
  ['big5', text => chinese(text, commonTraditional)],
];
// What is read as such a charset by chance has fewer of its common letters.
const leastEastern = 0.23;

function easternCharset(sample: Uint8Array): string | undefined {
  let best: { charset: string; score: number } | undefined;
  for (const [charset, score] of eastern) {
    if (charset === 'iso-2022-jp' && !sample.includes(0x1b)) continue;
    const text = strictly(sample, charset);
    if (text === undefined) continue;
    const found = score(text);
    if (found > leastEastern && found > (best?.score ?? 0)) best = { charset, score: found };
  }
  return best?.charset;
}

function strictly(bytes: Uint8Array, charset: string): string | undefined {
  try {
    // A letter that is cut at the end of the sample is no fault.
    return new TextDecoder(charset, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return undefined;
  }
}

function beyondAscii(text: string): number {
  return text.match(/[^\0-\x7f]/gu)?.length ?? 0;
}

// The letters of a script stand in runs: Latin text that is misread gives single ones.
function share(text: string, runs: RegExp): number {
  const all = beyondAscii(text);
  const found = text.match(runs)?.reduce((sum, run) => sum + [...run].length, 0) ?? 0;
  return all < 2 ? 0 : found / all;
}

// Half-width kana are what Latin letters turn into, and are rare in Japanese itself.
function japanese(text: string): number {
  const kana = share(text, /[\u3040-\u30ff]+/gu);
  const han = share(text, /[\u3001-\u3003\u3040-\u30ff\u4e00-\u9fff]{2,}/gu);
  const narrow = share(text, /[\uff61-\uff9f]+/gu);
  const rare = share(text, /[\ue000-\uf8ff\p{Script=Cyrillic}\p{Script=Greek}]+/gu);
  return kana * 1.2 + han * 0.45 - narrow - rare;
}

function chinese(text: string, common: ReadonlySet<string>): number {
  const all = beyondAscii(text);
  if (all < 2) return 0;
  let score = 0;
  for (const letter of text) if (common.has(letter)) score++;
  const han = share(text, /[\u3001-\u3003\uff00-\uff5e\u4e00-\u9fff]{2,}/gu);
  return han > 0.7 ? 0.2 * han + score / all : 0;
}
