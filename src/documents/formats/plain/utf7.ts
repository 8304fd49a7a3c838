const shifted = /\+([A-Za-z0-9+/]{0,20000})-?/g;

/** Reads UTF-7: what is beyond ASCII stands as base64 of UTF-16 between `+` and `-`. */
export function utf7Text(text: string): string {
  return text.replace(shifted, (whole, code: string) => {
    if (code === '') return whole === '+-' ? '+' : whole;
    const bytes = Buffer.from(code, 'base64');
    return new TextDecoder('utf-16be').decode(bytes.subarray(0, bytes.length & ~1));
  });
}

const fewest = 3;
const beyond = /^(?![\0-\x7f]+$)[\t\n\r -~\u00a0-\uffef]+$/;

/** Tells UTF-7 that nothing declares: every stretch of it says letters, not all of ASCII. */
export function looksLikeUtf7(text: string): boolean {
  const found = (text.slice(0, 20_000).match(shifted) ?? []).filter(each => /.{4}-$/.test(each));
  return (
    found.length >= fewest &&
    // What is left of the last letter is none.
    found.every(each => ((each.length - 2) * 6) % 16 < 6 && beyond.test(utf7Text(each)))
  );
}
