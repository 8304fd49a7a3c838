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

const sampleBytes = 65_536;

/** Names the charset that bytes, which are no UTF-8, look most like; the names are of the web. */
export function detectCharset(bytes: Uint8Array): string {
  const sample = bytes.length > sampleBytes ? bytes.subarray(0, lineEnd(bytes)) : bytes;
  const eastern = easternCharset(sample);
  if (eastern) return eastern;
  let best = { charset: 'windows-1252', score: 0 };
  const texts = new Map<string, string>();
  for (const { charsets, ...language } of profiles) {
    for (const charset of charsets) {
      const text = texts.get(charset) ?? new TextDecoder(charset).decode(sample);
      texts.set(charset, text);
      const score = likeness(text, language);
      if (score > best.score + 1e-9) best = { charset, score };
    }
  }
  return best.charset;
}

// A letter of several bytes is cut at no line end.
function lineEnd(bytes: Uint8Array): number {
  const end = bytes.lastIndexOf(10, sampleBytes);
  return end > 0 ? end : sampleBytes;
}

// The share of what is beyond ASCII that the language writes, and writes in words: capitals stand
// at their beginning, or throughout.
function likeness(text: string, language: Omit<Profile, 'charsets'>): number {
  let good = 0;
  let frequent = 0;
  let all = 0;
  for (const [word] of text.matchAll(beyondWord)) {
    const beyond = [...word.toLowerCase()].filter(letter => letter >= '\u0080');
    const weight = weightOf(word, language);
    all += beyond.length;
    frequent += beyond.filter(letter => language.common?.has(letter)).length;
    good += beyond.filter(letter => language.letters.has(letter)).length * weight;
    good += beyond.filter(letter => punctuation.has(letter)).length * 0.9;
  }
  if (all === 0) return 0;
  return language.common ? (0.7 * good + 0.45 * frequent) / all : good / all;
}

function weightOf(word: string, { common }: Omit<Profile, 'charsets'>): number {
  if (common && /[a-z]/i.test(word)) return 0;
  return /^(?:\p{Lu}?[^\p{Lu}]*|[^\p{Ll}]*)$/u.test(word) ? 1 : 0.2;
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
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
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
