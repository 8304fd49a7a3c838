import { canonicalAnswer, canonicalJson } from '../text/canonical-answer.ts';
import { jsonIn } from '../text/json-in.ts';

/**
 * Brings a text that solves something into a form in which equal solutions are equal strings: JSON
 * by its values, numbers by their value, code by its tokens (spaces, comments, kinds of quotes and
 * trailing semicolons and commas make no difference), all else as `canonicalAnswer` does.
 */
export function canonicalSolution(text: string): string {
  const fenced = /^\s*```[^\n]*\n([\s\S]*?)\n?```\s*$/.exec(text);
  const inner = fenced?.[1] ?? text;
  if (/^\s*[[{]/.test(inner)) {
    const value = jsonIn(inner);
    if (typeof value === 'object' && value !== null) return canonicalJson(value);
  }
  return fenced !== null || isCode(inner) ? canonicalCode(inner) : canonicalAnswer(inner);
}

// Signs that prose has none of, and two of which make code.
const signs = [
  /[{};]\s*$/m,
  /=>|===?|!==?|\+=|&&|\|\||::/,
  /\b(?:function|const|let|var|return|import|def|class|public|void|elif)\b/,
  /\w\([^()]*\)[ \t);{:]*$/m,
  /^[ \t]{0,99}(?:\/\/|#\s|\/\*)/m,
  /^[ \t]{0,99}(?:SELECT|INSERT|UPDATE|DELETE)\b/im,
  /^[ \t]*(?:if|for|while|else|try|with|elif|def|class)\b[^\n]*:$/m,
  new RegExp(
    String.raw`^[ \t]{0,99}(?:(?:export[ \t]{1,9})?(?:const|let|var|final|auto)[ \t]{1,9})?` +
      String.raw`[\w.]{1,99}[ \t]{0,9}[-+*]?=(?!=)\s{0,99}\S`,
    'm',
  ),
];

function isCode(text: string): boolean {
  return signs.filter(sign => sign.test(text)).length >= 2;
}

// Two slashes behind a backslash are the end of a regular expression.
const comment = /(?<![:\w\\])\/\/[^\n]*|(?<=^|\s)#(?![\w!])[^\n]*|(?<=^|\s)--\s[^\n]*/;
const literal = /"(?:\\.|[^"\\]){0,400}"|'(?:\\.|[^'\\]){0,400}'|`(?:\\.|[^`\\]){0,400}`/;
const token = new RegExp(
  `${comment.source}|(?<text>${literal.source})|(?<word>[\\p{L}\\p{N}_$]+)|(?<sign>\\S)`,
  'gu',
);

/** Writes code as its tokens, one space between them. */
function canonicalCode(code: string): string {
  const lines = withDepths(code);
  const tokens: string[] = [];
  for (const { depth, text } of lines) {
    const found = tokensOf(text);
    if (found.length === 0) continue;
    if (depth !== undefined) tokens.push(`>${depth}`);
    tokens.push(...found);
  }
  return withoutTrailers(tokens).join(' ');
}

/** Leaves out what makes no difference: semicolons but for those of a loop's head, last commas. */
function withoutTrailers(tokens: readonly string[]): string[] {
  let depth = 0;
  return tokens.filter((each, index) => {
    if (each === '(') depth++;
    else if (each === ')') depth--;
    if (each === ';') return depth > 0;
    return each !== ',' || !/^[)\]}]$/.test(tokens[index + 1] ?? '');
  });
}

// One that has no end is none.
function withoutComments(code: string): string {
  let plain = '';
  let at = 0;
  for (let start = code.indexOf('/*'); start >= 0; start = code.indexOf('/*', at)) {
    const end = code.indexOf('*/', start + 2);
    if (end < 0) break;
    plain += `${code.slice(at, start)} `;
    at = end + 2;
  }
  return plain + code.slice(at);
}

/** Cuts code into lines; where blocks go by indentation, each with its depth. */
function withDepths(code: string): readonly { depth: number | undefined; text: string }[] {
  const plain = withoutComments(code);
  const isIndented = /:\s*(?:#[^\n]*)?$/m.test(plain) && !/[{}]\s*$/m.test(plain);
  if (!isIndented) return plain.split('\n').map(text => ({ depth: undefined, text }));
  const open: number[] = [0];
  return plain.split('\n').map(text => {
    const width = text.replaceAll('\t', '    ').search(/\S/);
    if (width < 0) return { depth: undefined, text };
    while (open.length > 1 && open.at(-1)! > width) open.pop();
    if (open.at(-1)! < width) open.push(width);
    return { depth: open.length - 1, text };
  });
}

function tokensOf(line: string): string[] {
  const tokens: string[] = [];
  for (const { groups = {} } of line.matchAll(token)) {
    const { text, word, sign } = groups;
    if (text !== undefined) tokens.push(JSON.stringify(text.slice(1, -1)));
    else if (word !== undefined || sign !== undefined) tokens.push((word ?? sign)!);
  }
  return tokens;
}
