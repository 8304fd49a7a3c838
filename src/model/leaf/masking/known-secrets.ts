/**
 * The credentials that this process sends: where a server says one of them, in whatever letters, it
 * is taken out of what is handed on.
 */

const secrets = new Set<string>();
const mostSecrets = 1000;
const fewest = 6;
// Shorter ones are looked for as they are: `lm-studio` is a key and a name.
const longEnough = 12;
const piece = 8;

const isSecretName = /auth|key|token|secret|password|cookie/i;

/** Notes the value of a header, if it is a credential by its name. */
export function noteSecret(name: string, value: string): void {
  const secret = value.replace(/^(?:Bearer|Basic) /i, '');
  if (!isSecretName.test(name) || secret.length < fewest) return;
  if (secrets.size >= mostSecrets) secrets.clear();
  secrets.add(secret);
}

/** Takes credentials out of a text, and pieces of eight characters and more of long ones. */
export function withoutSecrets(text: string): string {
  if (secrets.size === 0) return text;
  let plain = text;
  const pieces = new Set<string>();
  for (const secret of secrets) {
    plain = plain.replaceAll(secret, '[hidden]');
    const { letters } = lettersOf(secret);
    if (letters.length < longEnough) continue;
    for (let at = 0; at + piece <= letters.length; at++) pieces.add(letters.slice(at, at + piece));
  }
  return pieces.size === 0 ? plain : withoutPieces(plain, pieces);
}

function withoutPieces(text: string, pieces: ReadonlySet<string>): string {
  const { letters, places } = lettersOf(text);
  let kept = '';
  let from = 0;
  for (let at = 0; at + piece <= letters.length; at++) {
    if (!pieces.has(letters.slice(at, at + piece))) continue;
    const start = at;
    while (at + 1 + piece <= letters.length && pieces.has(letters.slice(at + 1, at + 1 + piece)))
      at++;
    at += piece - 1;
    const found = letters.slice(start, at + 1);
    // Words of a language stand in a key as well.
    if (found.length < longEnough && !/\d/.test(found)) continue;
    kept += `${text.slice(from, places[start])}[hidden]`;
    from = places[at]! + 1;
  }
  return kept + text.slice(from);
}

// Letters and digits alone, levelled, each with its place in the text.
function lettersOf(text: string): { letters: string; places: readonly number[] } {
  let letters = '';
  const places: number[] = [];
  for (let at = 0; at < text.length; at++) {
    for (const letter of text[at]!.normalize('NFKC').toLowerCase()) {
      if (!/[a-z\d]/.test(letter)) continue;
      letters += letter;
      places.push(at);
    }
  }
  return { letters, places };
}
