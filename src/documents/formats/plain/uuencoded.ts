import type { GivenFile } from '../parsed-file.ts';

const block =
  /^begin \d{3,4} ([^\r\n]{1,99})\r?\n((?:[!-`][ -`]{0,84}\r?\n){1,20000})(?:[ `]?\r?\n)?end$/gm;

/** Takes files out of a text that old programs wrote into it as letters (uuencode). */
export function withoutEncodedFiles(text: string): { text: string; attachments: GivenFile[] } {
  const attachments: GivenFile[] = [];
  const left = text.replace(block, (whole, name: string, lines: string) => {
    const bytes = bytesOf(lines);
    if (!bytes) return whole;
    attachments.push({ bytes, title: name.trim(), mediaType: 'application/octet-stream' });
    return `[Attached: ${name.trim()}]`;
  });
  return { text: left, attachments };
}

// The first letter of a line says how many bytes it holds; three stand in four letters.
function bytesOf(lines: string): Uint8Array | undefined {
  const parts: number[] = [];
  for (const line of lines.split(/\r?\n/)) {
    if (line === '') continue;
    const [count = 0, ...codes] = [...line].map(letter => (letter.charCodeAt(0) - 32) & 63);
    const needed = Math.ceil(count / 3) * 4;
    // Spaces at the end may be lost, and some write a sum behind.
    if (codes.length > needed + 1 || codes.length < (count * 4) / 3 - 4) return undefined;
    const bytes: number[] = [];
    for (let at = 0; at < needed; at += 4) {
      const [a = 0, b = 0, c = 0, d = 0] = codes.slice(at, at + 4);
      bytes.push((a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d);
    }
    for (const byte of bytes.slice(0, count)) parts.push(byte);
  }
  return parts.length > 0 ? Uint8Array.from(parts) : undefined;
}
