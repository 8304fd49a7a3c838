import { levelled } from './word-hashes.ts';

/** A text without what may stand between letters and digits, and where its words begin and end. */
interface Squeezed {
  readonly text: string;
  readonly edges: ReadonlySet<number>;
}

// Shorter values are looked for as whole words alone.
const longValue = 9;

/**
 * Tells which of some texts hold one of the values, in any spelling: in letters of either case,
 * composed or not, with other marks or spaces inside, as an entity or by percent signs.
 */
export function holdingValues(texts: readonly string[], values: Iterable<string>): number[] {
  const wanted = [...new Set([...values].map(value => squeezed(value).text))].filter(Boolean);
  if (wanted.length === 0) return [];
  return texts.flatMap((text, index) => {
    const said = squeezed(decoded(text));
    return wanted.some(value => holds(said, value)) ? [index] : [];
  });
}

function holds({ text, edges }: Squeezed, value: string): boolean {
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
    const begins = edges.has(at);
    const ends = edges.has(at + value.length);
    if ((begins && ends) || (value.length >= longValue && (begins || ends))) return true;
  }
  return false;
}

function squeezed(given: string): Squeezed {
  const edges = new Set([0]);
  let text = '';
  for (const [word] of levelled(given)
    .replace(/\p{Cf}/gu, '')
    .matchAll(/[\p{L}\p{N}]+/gu)) {
    edges.add(text.length);
    text += word;
    edges.add(text.length);
  }
  return { text, edges };
}

function decoded(text: string): string {
  const plain = text.replace(/&#(x[\da-f]{1,6}|\d{1,7});/gi, (entity, digits: string) => {
    const code = digits[0]?.toLowerCase() === 'x' ? `0${digits}` : digits;
    return Number(code) <= 0x10_ffff ? String.fromCodePoint(Number(code)) : entity;
  });
  if (!/%[\da-f]{2}/i.test(plain)) return plain;
  return plain.replace(/(?:%[\da-f]{2})+/gi, run => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}
