const mostBytes = 20_000;
const variant = /\/([A-Za-z]+)\.([A-Za-z]+\d*)(?=[\s/\]])/g;

/**
 * Writes glyphs that are a variant of another, such as the old-style figure `one.os`, as that one
 * (`one`), in place and in the same length: the reader of PDF knows no variants, and would leave
 * such figures out. The bytes are changed.
 */
export function withPlainGlyphNames(bytes: Uint8Array): Uint8Array {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = file.indexOf('/Differences'); at >= 0; at = file.indexOf('/Differences', at + 1)) {
    const names = file.toString('latin1', at, at + mostBytes).split(']', 1)[0]!;
    const plain = names.replace(variant, (whole, base: string) => `/${base}`.padEnd(whole.length));
    if (plain !== names) file.write(plain, at, 'latin1');
  }
  return bytes;
}
