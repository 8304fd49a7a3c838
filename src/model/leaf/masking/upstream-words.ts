import { ApiCallError } from '../../types.ts';
import { withoutSecrets } from './known-secrets.ts';

const most = 300;

const keyForms: readonly (readonly [RegExp, string])[] = [
  [/\b(sk|pk|key)-[\w.-]{6,300}/gi, '$1-[hidden]'],
  [/\bBearer\s[\w.~+/=-]{6,300}/gi, 'Bearer [hidden]'],
  [/\beyJ[\w.-]{8,300}/g, '[hidden]'],
  [/\b[\da-f]{32,300}\b/gi, '[hidden]'],
  [
    new RegExp(
      String.raw`((?:api|access|subscription)[-_ ]?(?:key|token)(?: provided)?["']?[:=]\s?["']?)` +
        String.raw`[^\s"',]{6,300}`,
      'gi',
    ),
    '$1[hidden]',
  ],
];

/** Takes keys out of a text: some servers quote the key they refuse. */
export function withoutKeys(text: string): string {
  const known = withoutSecrets(text);
  const plain = keyForms.reduce((rest, [form, hidden]) => rest.replaceAll(form, hidden), known);
  return plain.replaceAll(/[\w+/=~.-]{20,400}/g, word => (isRandom(word) ? '[hidden]' : word));
}

// So many bits a character have keys; names of models, hosts and files have words in them.
const leastBits = 3.5;

function isRandom(word: string): boolean {
  const longest = word.split(/[._/=-]/).reduce((a, b) => (b.length > a.length ? b : a), '');
  if (longest.length < 16 || !/\d/.test(longest) || !/[a-z]/i.test(longest)) return false;
  const counts = new Map<string, number>();
  for (const letter of longest) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values())
    bits -= (count / longest.length) * Math.log2(count / longest.length);
  return bits >= Math.min(leastBits, Math.log2(longest.length) - 0.7);
}

/**
 * The first words of what a server said of a failure, as they may reach a client: without keys, and
 * without five words in a row of the request that it answered.
 */
export function upstreamWords(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const said = message
    .slice(0, 8 * most)
    .replaceAll(/\s+/g, ' ')
    .trim();
  const request = ApiCallError.isInstance(error) ? error.requestBodyValues : undefined;
  return withoutKeys(withoutRequest(said, request)).slice(0, most).trim();
}

const inRow = 5;

function withoutRequest(said: string, request: unknown): string {
  const words = [...said.matchAll(/[\p{L}\p{N}]+/gu)];
  if (words.length < inRow || request === undefined) return said;
  const folded = words.map(([word]) => word.toLowerCase());
  const asked = ` ${(JSON.stringify(request) ?? '')
    .replaceAll(/\\[nrt"]/g, ' ')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')} `;
  const isQuoted = words.map(() => false);
  for (let at = 0; at + inRow <= words.length; at++) {
    if (!asked.includes(` ${folded.slice(at, at + inRow).join(' ')} `)) continue;
    isQuoted.fill(true, at, at + inRow);
  }
  let plain = '';
  let from = 0;
  for (const [index, { index: start, 0: word }] of words.entries()) {
    if (!isQuoted[index]) continue;
    if (!isQuoted[index - 1]) plain += `${said.slice(from, start)}[…]`;
    from = start + word.length;
  }
  return plain + said.slice(from);
}
