const longestAsked = 1000;
const isOfSlots =
  /template|schema|example|empty|placeholder|mock|default|skeleton|sample|types?\b/i;

/** Tells whether an object that should hold values holds none, or the marks for them. */
export function isSlotted(said: string, asked: string): boolean {
  const json = /^(?:```(?:json)?\s*)?(\{[\s\S]*\})(?:\s*```)?$/.exec(said)?.[1];
  if (json === undefined || json.length > 2000 || asked.length > longestAsked) return false;
  if (isOfSlots.test(asked)) return false;
  const filled = json.replace(/:\s*(?:\.{3}|…)(?=\s*[,}])/g, ': "..."');
  let read: unknown;
  try {
    read = JSON.parse(filled);
  } catch {
    return false;
  }
  const fields = fieldsOf(read);
  // What could fill it: a name or a number that the request holds.
  const isHeld = /["“:][^"”\n]*(?: \p{Lu}|\d)/u.test(asked);
  const isAsked = /\bjson\b|\{\s*["']/i.test(asked);
  const maybe = /\b(?:null|none|missing|absent|if|any|optional|may|where|otherwise|unless)\b/i;
  const wanted = [...asked.matchAll(/[{,]\s*["'](\w{1,40})["']\s*:/g)].map(([, key]) =>
    key!.toLowerCase(),
  );
  if (
    wanted.length > 0 &&
    fields.length > 0 &&
    !/keys?\b|rename|convert|transform|translat|swap|invert|error/i.test(asked) &&
    fields.every(([key]) => !wanted.includes(key.toLowerCase()))
  )
    return true;
  if (fields.length === 0) return isHeld && !maybe.test(asked) && /json/i.test(asked);
  if (
    /^(?:error|status|message)$/i.test(fields[0]![0]) &&
    !/error|status|message|fail|valid/i.test(asked)
  )
    return isAsked;
  if (fields.every(([key, value]) => value === null && ofNumbers.test(key)))
    return isAsked && /\d/.test(asked) && !maybe.test(asked);
  const isOpen = ([key, value]: readonly [string, unknown]) =>
    typeof value === 'string' &&
    (value === '' ||
      /^(?:\.{3}|…|string|value|text|<[^<>]*>|\{[^{}]*\}|\[[^[\]]*\])$/i.test(value) ||
      (value.length > 2 && value.toLowerCase() === key.toLowerCase()));
  return (
    fields.some(isOpen) &&
    !((maybe.test(asked) || !isHeld) && fields.every(([, value]) => value === '')) &&
    fields.every(field => isOpen(field) || field[1] === null || field[1] === 0)
  );
}

const ofNumbers = /age|year|total|amount|price|phone|number|count|zip|cost/i;

function fieldsOf(value: unknown, key = ''): (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return [[key, value]];
  return Object.entries(value).flatMap(([name, inner]) =>
    fieldsOf(inner, Array.isArray(value) ? key : name),
  );
}

const wantsStub = new RegExp(
  String.raw`stub|to-?do|empty|skeleton|abstract|placeholder|interface|comment|signature|no-?op` +
    String.raw`|declar|template|\bpass\b|without|nothing|boilerplate|prototype|header`,
  'i',
);
const ofCode =
  /function|script|query|code|method|class|program|one-liner|funktion|fonction|función|command/i;
const written = /\b(?:write|implement|create|give|show|make|schreib\w*|écris|escribe|scrivi)\b/i;

/** Tells whether code is its first line or its remarks alone. */
export function isStub(said: string, asked: string): boolean {
  if (!written.test(asked) || wantsStub.test(asked) || said.length > 400) return false;
  if (/\.{3}/.test(said) && /^[A-Z\s.;`]+$/.test(said)) return true;
  const isCode = /```|^\s*(?:def |function |async |#|\/\/|--)/m.test(said);
  if (!isCode || !ofCode.test(asked)) return false;
  const left = said
    .replace(/^```\w*|```$/gm, '')
    .replace(/^\s*(?:#(?!!|include)|\/\/|--).*$|\/\*[\s\S]{0,300}?\*\//gm, '')
    .replace(
      /^\s*(?:export )?(?:async )?(?:def|function) \w+\([^()]*\)(?: ?->[^:{]*)?\s*[:{]?/gm,
      '',
    )
    .replace(/^\s*(?:pass|\.{3}|…|raise NotImplementedError.*|return(?: None)?)$|[{}\s;]/gm, '');
  return left === '';
}
