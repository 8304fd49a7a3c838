import type { PersonalDatum } from './spans.ts';

const octet = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`;
const ipv4 = new RegExp(String.raw`(?<![\w.-])(?:${octet}\.){3}${octet}(?![\w-]|\.\d)`, 'g');
// Loopback, "any", masks of networks: the same on every machine.
const nobody = /^(?:127\.|0\.0\.0\.0$|255\.)/;
const isSmall = /^(?:\d{1,2}\.){3}\d{1,2}$/;
const version =
  /(?:version|ver|v|release|build|see|section|sect?\.|§|clause|chapter|part)[ :=]{0,3}$/i;
const ipv6 = new RegExp(
  String.raw`(?<![\w:.])(?:[\da-f]{1,4}|:)(?::[\da-f]{0,4}){2,7}(?:(?<=:)(?:\d{1,3}` +
    String.raw`\.){3}\d{1,3})?(?![\w:])`,
  'gi',
);
const mac = new RegExp(
  String.raw`(?<![\w:-])[\da-f]{2}([:-])(?:[\da-f]{2}\1){4}[\da-f]{2}(?![\w:-])|(?<` +
    String.raw`![\w.])(?:[\da-f]{4}\.){2}[\da-f]{4}(?![\w.])`,
  'gi',
);
const wallet = new RegExp(
  String.raw`(?<![A-Za-z0-9])(?:[13](?=[1-9A-HJ-NP-Za-km-z]{0,33}[A-HJ-NP-Z])(?=[1-` +
    String.raw`9A-HJ-NP-Za-km-z]{0,33}[a-km-z])[1-9A-HJ-NP-Za-km-z]{25,34}` +
    String.raw`|bc1(?![0-9a-f]{0,64}(?![a-z0-9]))[a-z0-9]{25,60}|0x[\da-fA-F]{40})(?![A-Za-z0-9])`,
  'g',
);

/** Finds addresses of machines, and of purses of coins. */
export function findHosts(text: string): PersonalDatum[] {
  const found: PersonalDatum[] = [];
  const all = (pattern: RegExp, kind: string, holds: (words: string, index: number) => boolean) => {
    for (const { index, 0: words } of text.matchAll(pattern))
      if (holds(words, index)) found.push({ start: index, end: index + words.length, kind });
  };
  all(
    ipv4,
    'IP',
    (words, index) =>
      !nobody.test(words) &&
      !(isSmall.test(words) && version.test(text.slice(Math.max(0, index - 12), index))),
  );
  if (text.includes(':')) all(ipv6, 'IP', isIpv6);
  all(mac, 'IP', words => (/\d/.test(words) && /[a-f]/i.test(words)) || /[:-]/.test(words));
  all(
    wallet,
    'WALLET',
    words => /\d/.test(words.slice(1)) && (words[0] === '0' || /[g-z]/i.test(words)),
  );
  return found;
}

// Times and names of code look alike: whole addresses have eight parts, short ones a long first
// part or many.
function isIpv6(words: string): boolean {
  const halves = words.split('::');
  if (halves.length > 2) return false;
  const parts = words.split(':').filter(part => part !== '');
  if (halves.length === 1) return parts.length === 8 || (parts.length === 7 && words.includes('.'));
  if (!/\d/.test(words) || parts.length > 7) return false;
  return parts.length >= 3 || (parts.length === 2 && /^(?:[23]\w{3}|f[cdef]\w{2})::/i.test(words));
}
