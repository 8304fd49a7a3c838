const sliceCharacters = 65_536;
const farthest = 4096;

/**
 * Cuts a text into slices that are read one after the other, with room for others between them: at
 * white space where there is some near, else not inside a letter, an entity or a run of percent
 * signs, if there is such a place within 4,096 characters.
 */
export function* slicesOf(text: string): Generator<string, void> {
  for (let from = 0; from < text.length; ) {
    const to = cutAt(text, from + sliceCharacters);
    yield from === 0 && to === text.length ? text : text.slice(from, to);
    from = to;
  }
}

function cutAt(text: string, wanted: number): number {
  if (wanted >= text.length) return text.length;
  const end = Math.min(text.length, wanted + farthest);
  for (let at = wanted; at < end; at++) if (isSpace(text.charCodeAt(at))) return at;
  for (let at = wanted; at < end; at++) if (mayBegin(text, at)) return at;
  return wanted;
}

function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

// A letter whose marks are its own, or what begins an escape.
function mayBegin(text: string, at: number): boolean {
  const character = text[at]!;
  if (/[\p{M}\u{dc00}-\u{dfff}]/u.test(character)) return false;
  if (character === '&') return true;
  if (character === '%') return /[0-7]/.test(text[at + 1] ?? '');
  return !/[%&]/.test(text.slice(at - 12, at));
}
