import lists from './requested-form-words.json' with { type: 'json' };

/** What a request says of the form of its answer. */
export type RequestedForm =
  | { readonly kind: 'label'; readonly labels: readonly string[] }
  | { readonly kind: 'number' };

const mostRead = 20_000;
const mostLabels = 500;
const longestLine = 200;
// Characters of lists that are read in one request, of which an item counts as so many.
const mostListed = 8 * mostRead;
const costOfItem = 40;

const numberWord =
  'number|integer|figure|digits?|numeral|zahl|ziffer|nombre|chiffre|entier' +
  '|n[úu]mero|cifra|entero|' +
  'numero|inteiro';
const onlyWord =
  'only|just|alone|nothing but|nothing else|nur|lediglich|seulement|uniquement|s[óo]lo|solamente|' +
  '[úu]nicamente|soltanto|solamente|solo|apenas|somente';
const numberAlone = new RegExp(
  String.raw`\b(?:${onlyWord})\b(?:\s+[\p{L}']{1,12}){0,4}?\s+(?:${numberWord})\b` +
    String.raw`|\b(?:${numberWord})\b(?:\s+[\p{L}]{1,12}){0,2}?\s*,?\s+(?:${onlyWord})\b` +
    String.raw`|\bas an? (?:single |whole )?(?:${numberWord})\b`,
  'iu',
);

// Numbers that are not written in digits.
const otherNumerals = new RegExp(
  String.raw`\b(?:roman|römisch|romains?|romanos?|romani|hex(?:adecimal)?|in words|in worten` +
    '|spell(?:ed)? out|en toutes lettres|en letras|in lettere)',
  'i',
);

const listCue = new RegExp(lists.listCue.join('|'), 'giu');
const demand = new RegExp(
  String.raw`\b(?:one of|out of|choose|pick|select|classif|categor|either|wähle|choisis|elige` +
    String.raw`|scegli|escolha)|\b(?:${onlyWord}|exactly one|one word|single|which)\b`,
  'iu',
);
const word = String.raw`["'“‘«]?[\p{L}\p{N}][\p{L}\p{N}_-]{0,40}["'”’»]?`;
const join = String.raw`(?:\s*[,/|]\s*(?:or |oder |ou |o |u )?|\s+(?:or|oder|ou|o|u)\s+)`;
const inline = new RegExp(
  String.raw`(?:\b(?:one of|either|(?:answer|reply|respond|antworte|répond[sz]?|responde|rispondi` +
    '|responda)(?: (?:only|just|nur|seulement|solo|sólo|apenas))?(?: (?:with|mit|par|con' +
    String.raw`|com))?(?: (?:either|nur|only))?|(?:classif\w+|label|categori[sz]e|rate|mark)\s` +
    String.raw`[^.:\n]{0,60}?\bas)\s+)(${word}(?:${join}${word}){1,30})(?![\p{L}\p{N}])`,
  'iu',
);

/**
 * Reads from a request which form its answer is to have: one of the labels that it names, or a
 * number alone; `undefined` where it says nothing of the kind.
 */
export function requestedForm(request: string): RequestedForm | undefined {
  const text =
    request.length > 2 * mostRead
      ? `${request.slice(0, mostRead)}\n${request.slice(-mostRead)}`
      : request;
  const labels = listedLabels(text) ?? inlineLabels(text);
  if (labels) return { kind: 'label', labels };
  return numberAlone.test(text) && !otherNumerals.test(text) ? { kind: 'number' } : undefined;
}

/** Tells whether an answer has the form that was asked for. */
export function fitsForm(answer: string, form: RequestedForm): boolean {
  return form.kind === 'number'
    ? isNumberAlone(answer)
    : labelIn(answer, form.labels) !== undefined;
}

function listedLabels(text: string): readonly string[] | undefined {
  if (!demand.test(text)) return undefined;
  // Each word that a list may follow could begin one as long as all the text.
  let left = mostListed;
  for (const cue of text.matchAll(listCue)) {
    const start = cue.index + cue[0].length;
    const rest = text.slice(start, start + mostRead);
    const [line = ''] = rest.split('\n', 1);
    const items = line === '' ? bulleted(rest) : separated(line);
    const labels = likely(items);
    if (labels) return labels;
    left -= line.length + items.length * costOfItem;
    if (left < 0) return undefined;
  }
  return undefined;
}

function inlineLabels(text: string): readonly string[] | undefined {
  const found = inline.exec(text)?.[1];
  return found === undefined ? undefined : likely(found.split(new RegExp(join, 'iu')));
}

function separated(line: string): readonly string[] {
  const [list = ''] = line.split(/[.?!](?:\s|$)|\s-\s/, 1);
  const items = list
    .replace(/^[[({]|[\])}]$/g, '')
    .split(/(?<!\s)\s*[,;|]\s*|(?<!\s)\s+(?:or|oder|ou)\s+/i);
  return items.map(item => item.replace(/^(?:and|or|und|oder|et|ou)\s+/i, ''));
}

function bulleted(rest: string): readonly string[] {
  const items: string[] = [];
  for (const line of rest.split('\n', mostLabels + 2).slice(1)) {
    if (line.length > longestLine) break;
    const item = /^\s*(?:[-*•]|\d{1,3}[.)])\s+(.{1,80}?)\s*$/.exec(line)?.[1];
    if (item === undefined) break;
    items.push(item);
  }
  return items;
}

// Labels are short and hold no sentences; a list of anything else is none.
function likely(items: readonly string[]): readonly string[] | undefined {
  const labels = items.map(item => unquoted(item.trim()));
  const areLabels = labels.every(
    label => label !== '' && label.length <= 60 && label.split(/\s+/).length <= 5,
  );
  const isList = labels.length >= 2 && labels.length <= mostLabels;
  return areLabels && isList && new Set(labels).size === labels.length ? labels : undefined;
}

/** Finds the one label that an answer names; `undefined` for none, several, or a longer text. */
export function labelIn(answer: string, labels: readonly string[]): string | undefined {
  if (answer.length > 400) return undefined;
  const said = levelled(answer);
  const exact = labels.find(label => levelled(label) === said);
  if (exact !== undefined) return exact;
  const words = said.split(' ');
  if (words.length > 12) return undefined;
  const padded = ` ${said} `;
  const named = labels.filter(label => padded.includes(` ${levelled(label)} `));
  const longest = named.filter(
    label =>
      !named.some(
        other => other !== label && ` ${levelled(other)} `.includes(` ${levelled(label)} `),
      ),
  );
  if (longest.length === 1) return longest[0];
  return longest.find(label => said.startsWith(`${levelled(label)} `) && words.length > 3);
}

function levelled(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}+#]+/gu, ' ')
    .trim();
}

const number = new RegExp(
  String.raw`^[~≈=(]?\s*[€$£¥]?\s*[-+−]?\s*[€$£¥]?\s*\d[\d.,'’\u00a0\u202f_]*(?:e[+-]?\d+)?` +
    String.raw`(?:\s*\/\s*\d+)?\)?\s*(?:%|°?[\p{L}€$£¥²³]{1,15})?[.!]?$`,
  'iu',
);

function isNumberAlone(answer: string): boolean {
  if (answer.length > 200) return false;
  const bare = answer
    .trim()
    .replace(/^\\?\\?\[?\s*\\boxed\{([^{}]*)\}.*$/s, '$1')
    .replace(
      new RegExp(
        '^(?:the |die |la |el |a )?(?:final )?(?:answer|result|antwort|réponse' +
          String.raw`|respuesta|risposta|resposta)(?: is| ist| est| es| è| é)?\s*:?\s*`,
        'iu',
      ),
      '',
    )
    .replace(/^[\s*_`"'$]+(?=[\d+-])|[\s*_`"']+$/g, '');
  return number.test(bare) || numberWords.test(bare);
}

const numberWords = new RegExp(lists.numberWords.join('|'), 'i');

function unquoted(label: string): string {
  return label.replace(/(?<!["'”’»`*.])["'”’»`*.]+$/, '').replace(/^["'“‘«`*]+/, '');
}
