import { plainTextOf } from '../markup/html-text.ts';

const escaped = /\\u([\da-f]{4})/gi;

/**
 * Writes what stands in a text in a writing of its own as what it means: letters that JSON and
 * files of properties write by their numbers, words of directories (LDIF), and the pages of HTML
 * that are parts of a filing.
 */
export function asMeant(text: string): string {
  if (/^<(?:SEC-)?DOCUMENT>/m.test(text.slice(0, 4096))) return withoutPages(text);
  if (/^dn::? \S/m.test(text.slice(0, 400)))
    return text.replace(
      /^([\w;-]{1,60}):: ?([A-Za-z\d+/=]{4,9999})\r?$/gm,
      (_, name: string, words: string) => `${name}: ${Buffer.from(words, 'base64').toString()}`,
    );
  const isWritten = /^\s{0,99}[[{]/.test(text) || /^[\w.-]{1,99} ?[=:].{0,999}\\u/m.test(text);
  if (!isWritten) return text;
  return text.replace(escaped, (whole, code: string) => {
    const letter = Number.parseInt(code, 16);
    return letter < 0xa0 ? whole : String.fromCharCode(letter);
  });
}

function withoutPages(text: string): string {
  const parts = text.split('<TEXT>').map(part => {
    const end = part.indexOf('</TEXT>');
    const inner = part.slice(0, Math.max(0, end));
    const isPage = /<(?:html|body|div|p|td)\b[^<>]{0,999}>/i.test(inner);
    return isPage ? `\n${plainTextOf(inner)}\n${part.slice(end + 7)}` : part;
  });
  return parts.join('');
}
