/** Decodes bytes as UTF-8, or UTF-16 with a mark; `undefined` if they are no text. */
export function decode(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.subarray(0, 8192).includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    // Older files are often in Latin-1, in which every byte is a character; control characters
    // betray a binary.
    const text = new TextDecoder('windows-1252').decode(bytes);
    return isMostlyText(text) ? text : undefined;
  }
}

function isMostlyText(text: string): boolean {
  const sample = text.slice(0, 4096);
  let strange = 0;
  for (const letter of sample) {
    const code = letter.codePointAt(0)!;
    if (code < 32 && !(code >= 9 && code <= 13)) strange++;
  }
  return strange <= sample.length / 100;
}
