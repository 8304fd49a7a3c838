/** A token with the natural logarithm of its probability. */
export interface WeighedToken {
  readonly token: string;
  readonly logprob: number;
}

/** Tokens that are judged together. */
export interface ValueTokens {
  /** A single value, such as a number, a label or a field of an object; else running text. */
  readonly isValue: boolean;
  readonly tokens: readonly WeighedToken[];
}

/** What is known of the text that the tokens make. */
export interface ValueContext {
  /** Labels among which the answer chooses: what follows once only one is left was no choice. */
  readonly labels?: readonly string[];
  /** Values of the schema that leave no choice. */
  readonly fixed?: ReadonlySet<string>;
  /** Whether the text was asked for as JSON; else it is looked at. */
  readonly isJson?: boolean;
}

interface ValueStretch {
  readonly start: number;
  readonly end: number;
}

const mostCharacters = 200_000;

/**
 * Groups the tokens of an answer by the values in its text: each field of an object, the items of
 * an array, a short answer behind its preface, or the words of a running text. Fences, keys,
 * braces, quotes and prefaces are left out, since they say nothing of the content, and a grammar
 * may have forced them. Without a match between tokens and text all tokens are one running text.
 */
export function valueTokens(
  tokens: readonly WeighedToken[],
  text: string,
  context: ValueContext = {},
): readonly ValueTokens[] {
  const shown = text.slice(0, mostCharacters);
  const places = placesOf(tokens, shown);
  const all = [{ isValue: false, tokens }];
  if (!places) return all;
  const body = bodyOf(shown);
  const fields = fieldsIn(shown, body, context);
  const groups = fields
    ? fields.map(span => ({ isValue: isShort(shown, span), tokens: within(tokens, places, span) }))
    : [plainGroup({ tokens, places, text: shown }, body, context)];
  const held = groups.filter(group => group.tokens.length > 0);
  return held.length > 0 ? held : all;
}

/** Takes the tokens that hold a letter or a digit: punctuation and marks of form say nothing. */
export function wordTokens(tokens: readonly WeighedToken[]): readonly WeighedToken[] {
  return tokens.filter(({ token }) => /[\p{L}\p{N}]/u.test(token) && !/^<.*>$/.test(token));
}

const opening = /^\s*```[\w+-]*[ \t]*\n?/;

// How long the fence at the end is, with the white space around it.
function closingOf(text: string): number {
  const ended = text.trimEnd();
  if (!ended.endsWith('```')) return 0;
  let at = ended.length - 3;
  while (text[at - 1] === ' ' || text[at - 1] === '\t') at--;
  return text.length - (text[at - 1] === '\n' ? at - 1 : at);
}

// The text without a fence around it and without white space at its ends.
function bodyOf(text: string): ValueStretch {
  let start = opening.exec(text)?.[0].length ?? 0;
  let end = text.length - (start > 0 ? closingOf(text) : 0);
  while (start < end && isBlank(text, start)) start++;
  while (end > start && isBlank(text, end - 1)) end--;
  return { start, end };
}

function isBlank(text: string, at: number): boolean {
  return text.charCodeAt(at) <= 32;
}

const preface = new RegExp(
  String.raw`^[\s*_"'#(]*(?:the |my )?(?:final )?(?:correct )?(?:answer|result|label|category` +
    '|class|intent|sentiment|output|antwort|ergebnis|lösung|réponse|résultat|respuesta' +
    String.raw`|resultado|risposta|risultato|resposta)(?: is| ist| est| es| è| é)?\s*[:=]?[\s*_"'` +
    '`]*',
  'iu',
);

function plainGroup(
  from: { tokens: readonly WeighedToken[]; places: readonly ValueStretch[]; text: string },
  body: ValueStretch,
  { labels }: ValueContext,
): ValueTokens {
  const { tokens, places, text } = from;
  const said = text.slice(body.start, body.end);
  const head = preface.exec(said.slice(0, 80))?.[0].length ?? 0;
  const isWhole = head >= said.length;
  const span = { start: body.start + (isWhole ? 0 : head), end: body.end };
  const label = labels && choiceSpan(text, span, labels);
  if (label) return { isValue: true, tokens: within(tokens, places, label) };
  if (!isShort(text, span))
    return { isValue: false, tokens: wordTokens(within(tokens, places, span)) };
  const trimmed = { start: span.start, end: withoutPoint(text, span) };
  return { isValue: true, tokens: within(tokens, places, trimmed) };
}

function withoutPoint(text: string, { start, end }: ValueStretch): number {
  let at = end;
  while (at > start + 1 && '.!*"\'`'.includes(text[at - 1]!)) at--;
  return at;
}

// A value has at most three words; a number with its unit is one too.
const mostWords = 3;

function isShort(text: string, { start, end }: ValueStretch): boolean {
  if (end - start > 60) return false;
  return text.slice(start, end).split(/\s+/).length <= mostWords;
}

// A choice is made by the characters that tell its label from all others.
function choiceSpan(
  text: string,
  { start, end }: ValueStretch,
  labels: readonly string[],
): ValueStretch | undefined {
  const said = text.slice(start, end).toLowerCase();
  const chosen = labels
    .map(label => label.toLowerCase())
    .filter(label => label !== '' && said.startsWith(label))
    .reduce((longest, label) => (label.length > longest.length ? label : longest), '');
  if (chosen === '') return undefined;
  let needed = 1;
  for (const label of labels) {
    const other = label.toLowerCase();
    if (other === chosen) continue;
    let shared = 0;
    while (shared < chosen.length && other[shared] === chosen[shared]) shared++;
    needed = Math.max(needed, shared + 1);
  }
  return { start, end: start + Math.min(needed, chosen.length) };
}

// The values of a JSON text, each where it stands; absent where the text is no JSON.
function fieldsIn(
  text: string,
  { start, end }: ValueStretch,
  context: ValueContext,
): ValueStretch[] | undefined {
  const first = text[start];
  const last = first === '{' ? '}' : ']';
  if ((first !== '{' && first !== '[') || (!context.isJson && text[end - 1] !== last))
    return undefined;
  const fields: ValueStretch[] = [];
  let sawKey = first === '[';
  for (let at = start; at < end; ) {
    const { stop, kind } = lexemeAt(text, at, end);
    sawKey ||= kind === 'key';
    if (kind === 'string')
      fields.push(...chosenIn(text, { start: at + 1, end: stop - 1 }, context));
    else if (kind === 'scalar' || kind === 'empty') fields.push({ start: at, end: stop });
    at = stop;
  }
  return sawKey && fields.length > 0 ? fields : undefined;
}

function chosenIn(
  text: string,
  span: ValueStretch,
  { labels, fixed }: ValueContext,
): ValueStretch[] {
  const value = text.slice(span.start, span.end);
  if (fixed?.has(value)) return [];
  if (value === '') return [{ start: span.start - 1, end: span.end + 1 }];
  const isLabel = labels?.includes(value) === true;
  return [(isLabel && choiceSpan(text, span, labels)) || span];
}

const scalar = /[-+\w.]+/y;

function lexemeAt(text: string, at: number, end: number): { stop: number; kind: string } {
  const character = text[at]!;
  if (character === '"') {
    const stop = endOfString(text, at, end);
    let next = stop;
    while (next < end && isBlank(text, next)) next++;
    return { stop, kind: text[next] === ':' ? 'key' : 'string' };
  }
  if (character === '[' || character === '{') {
    let next = at + 1;
    while (next < end && isBlank(text, next)) next++;
    const isEmpty = text[next] === ']' || text[next] === '}';
    return isEmpty ? { stop: next + 1, kind: 'empty' } : { stop: at + 1, kind: 'mark' };
  }
  scalar.lastIndex = at;
  const found = scalar.exec(text)?.[0];
  return found ? { stop: at + found.length, kind: 'scalar' } : { stop: at + 1, kind: 'mark' };
}

function endOfString(text: string, at: number, end: number): number {
  for (let index = at + 1; index < end; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === '"') return index + 1;
  }
  return end;
}

function within(
  tokens: readonly WeighedToken[],
  places: readonly ValueStretch[],
  { start, end }: ValueStretch,
): WeighedToken[] {
  return tokens.filter((_, index) => {
    const place = places[index]!;
    return place.start < end && place.end > start && place.end > place.start;
  });
}

// How far ahead a token is looked for, where characters between were written as bytes.
const lookAhead = 48;
const nowhere: ValueStretch = { start: -1, end: -1 };

function placesOf(tokens: readonly WeighedToken[], text: string): ValueStretch[] | undefined {
  if (text.trim() === '') return undefined;
  const joined = tokens.map(({ token }) => token).join('');
  // The last place: thinking before the answer may say the same.
  let begin = joined.lastIndexOf(text);
  if (begin < 0) {
    const inner = text.trim();
    const found = joined.lastIndexOf(inner);
    if (found < 0) return placesByLooking(tokens, text);
    begin = found - text.indexOf(inner);
  }
  let at = -begin;
  return tokens.map(({ token }) => {
    const start = at;
    at += token.length;
    return at <= 0 || start >= text.length ? nowhere : { start, end: at };
  });
}

function placesByLooking(
  tokens: readonly WeighedToken[],
  text: string,
): ValueStretch[] | undefined {
  let [at, covered] = [0, 0];
  const places = tokens.map(({ token }) => {
    const near = text.slice(at, at + lookAhead + token.length);
    const found = token === '' ? -1 : near.indexOf(token);
    if (found < 0) return nowhere;
    const start = at + found;
    at = start + token.length;
    covered += token.length;
    return { start, end: at };
  });
  return covered * 2 >= text.trim().length ? places : undefined;
}
