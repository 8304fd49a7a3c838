import { attributeOf, childOf, elementsOf, type XmlElement } from '../markup/xml-tree.ts';
import data from './built-in-formats.json' with { type: 'json' };

/** Writes the number of a cell as the sheet shows it, near enough to be found and quoted. */
export type NumberFormat = (value: number) => string;

const builtIn: Readonly<Record<string, string>> = data;

/** Reads the formats of cells, by the index that cells name, from the styles of a workbook. */
export function formatsIn(styles: XmlElement | undefined, startsIn1904: boolean): NumberFormat[] {
  const root = childOf(styles, 'styleSheet');
  const own = new Map(
    elementsOf(childOf(root, 'numFmts'), 'numFmt').map(each => [
      attributeOf(each, 'numFmtId'),
      attributeOf(each, 'formatCode') ?? '',
    ]),
  );
  return elementsOf(childOf(root, 'cellXfs'), 'xf').map(each => {
    const id = attributeOf(each, 'numFmtId') ?? '0';
    const code = own.get(id) ?? (isEasternDate(Number(id)) ? 'yyyy-mm-dd' : builtIn[id]) ?? '';
    return value => shownNumber(value, code, startsIn1904);
  });
}

function isEasternDate(id: number): boolean {
  return (id >= 27 && id <= 36) || (id >= 50 && id <= 58);
}

// Of a sheet's own programs.
const longestCode = 255;

/** Writes a number by the code of its format. */
export function shownNumber(value: number, code: string, startsIn1904 = false): string {
  const sections = code.slice(0, longestCode).split(';');
  const shown = sectionFor(value, sections);
  const plain = shown.replace(/"[^"]*"|\\.|_.|\*.|\[(?!h|m|s)[^[\]]*\]|am\/pm|a\/p/gi, '');
  if (/[ymdhs]/i.test(plain) && !/general/i.test(plain)) return dated(value, plain, startsIn1904);
  if (/general/i.test(plain)) return around(general(value), shown.replace(/general/i, '0'));
  // Fractions are written as decimals.
  if (!/[0#?]/.test(plain) || /[#?0]\/[#?0\d]/.test(plain)) return bare(value, { shown, plain });
  const pattern = /[0#?](?:[-\s()/.]|\\.|"[^"]*")+(?=[0#?]{2})/.test(shown);
  if (pattern && Number.isInteger(value) && !/[.,%]\d*[0#?]/.test(plain))
    return filled(value, shown);
  const isShare = plain.includes('%');
  const decimals = Math.min(10, /\.([0#?]+)/.exec(plain)?.[1]?.length ?? 0);
  if (/[0#?.]E[+-]/i.test(plain)) return value.toExponential(decimals).replace('e', 'E');
  // Commas behind the digits divide by a thousand each.
  const thousands = /[0#?](,+)(?![,0#?])/.exec(plain)?.[1]?.length ?? 0;
  const scaled = (isShare ? value * 100 : value) / 1000 ** thousands;
  const least = /^[^.]*/.exec(plain)![0].replace(/[^0]/g, '').length;
  const whole = decimals > 0 ? least + decimals + 1 : least;
  const digits = Math.abs(scaled).toFixed(decimals).padStart(whole, '0');
  const grouped = /[#0],[#0]/.test(plain)
    ? digits.replace(/\B(?=(?:\d{3})+(?!\d))(?<!\.\d*)/g, ',')
    : digits;
  const share = isShare ? (/\s%/.exec(plain)?.[0] ?? '%') : '';
  return `${signOf(scaled, shown, sections)}${around(`${grouped}${share}`, shown)}`;
}

// What is negative may have a section of its own, which says so in its own way: "(5)", "5 CR".
function signOf(value: number, shown: string, [first = '', ...others]: readonly string[]): string {
  if (value >= 0) return '';
  const signs = (section: string) =>
    `${literalsOf(section, '^')}|${literalsOf(section, '$')}`.replaceAll(' ', '');
  const isOwn = others.includes(shown)
    ? signs(shown) !== signs(first) && /[-(\p{L}]/u.test(signs(shown))
    : condition.test(shown) && /^[-(]/.test(signs(shown));
  return isOwn ? '' : '-';
}

// A number may show as words alone, such as yes and no.
function bare(value: number, code: { readonly shown: string; readonly plain: string }): string {
  const words = [...code.shown.matchAll(/"([^"]*)"/g)].map(([, each]) => each).join('');
  return code.plain.trim() === '' && /\p{L}/u.test(words) ? words : general(value);
}

function around(digits: string, code: string): string {
  return `${literalsOf(code, '^').trimStart()}${digits}${literalsOf(code, '$').trimEnd()}`;
}

const condition = /\[(<=|>=|<>|<|>|=)(-?[\d.]{1,30})\]/;

// The first section of which the condition holds, else the one without; where there is none, they
// are for what is positive and what is negative.
function sectionFor(value: number, sections: readonly string[]): string {
  const [positive = '', negative, zero] = sections;
  if (!sections.some(section => condition.test(section))) {
    // None may be a word.
    if (value === 0 && zero && /^"[^"]*"$/.test(zero.trim())) return zero;
    return value < 0 && negative ? negative : positive;
  }
  const found = sections.find(section => {
    const [, sign = '', than = ''] = condition.exec(section) ?? [];
    const order = Math.sign(value - Number(than));
    if (sign === '') return section !== positive;
    return sign === '<>' ? order !== 0 : sign.includes({ '-1': '<', '0': '=', '1': '>' }[order]!);
  });
  return found ?? sections.at(-1)!;
}

// Numbers of telephones, accounts and persons: digits that stand between signs, from the right.
function filled(value: number, code: string): string {
  const tokens = code.replace(/[_*]./g, '').match(/"[^"]*"|\\.|\[[^\]]*\]|./gs) ?? [];
  const digits = [...String(Math.abs(value))];
  const first = tokens.findIndex(token => /^[0#?]$/.test(token));
  const written = tokens.map((_, n) => {
    const at = tokens.length - 1 - n;
    const token = tokens[at]!;
    if (!/^[0#?]$/.test(token)) return token.replace(/^"|"$|^\\|^\[.*\]$/g, '');
    const own = digits.pop() ?? (token === '0' ? '0' : '');
    return at === first ? digits.splice(0).join('') + own : own;
  });
  return `${value < 0 ? '-' : ''}${written.toReversed().join('')}`.trim();
}

// Signs of currency and units that a format writes before or after the number.
function literalsOf(format: string, side: '^' | '$'): string {
  // What only fills a column is not shown.
  const code = format.replace(/[_*]./g, '');
  // Digits within quotes are none of the number's.
  const bare = code.replace(/"[^"]*"|\\.|\[[^\]]*\]/g, literal => ' '.repeat(literal.length));
  const part =
    side === '^'
      ? code.slice(0, bare.search(/[0#?]/))
      : code.slice(bare.search(/[0#?%][^0#?%]*$/) + 1);
  const found = [...part.matchAll(/"([^"]*)"|\[\$([^[\]-]*)(?:-[^[\]]*)?\]|\\(.)|([-()$€£¥ ])/g)];
  return found
    .map(([, quoted, currency, escaped, sign]) => quoted ?? currency ?? escaped ?? sign ?? '')
    .join('');
}

function general(value: number): string {
  return String(Number(value.toPrecision(15)));
}

function dated(value: number, code: string, startsIn1904: boolean): string {
  if (value < 0 || value > 2_958_466) return general(value);
  // Sheets count from the end of 1899, and 1900 as a leap year.
  const days = startsIn1904 ? value + 1462 : value < 60 ? value + 1 : value;
  const at = new Date(Math.round((days - 25_569) * 86_400) * 1000);
  const iso = at.toISOString();
  const hasDate =
    /[yd]/i.test(code) ||
    /mm?m?m?(?!.*[hs])/i.test(code.replace(/[hs][^a-z]{0,9}m{1,5}|m{1,5}[^a-z]{0,9}s/gi, ''));
  const hasTime = /[hs]/i.test(code);
  if (/\[[hms]+\]/i.test(code)) return elapsed(value, code, iso);
  const time = /s/i.test(code) ? iso.slice(11, 19) : iso.slice(11, 16);
  if (hasDate && hasTime) return `${iso.slice(0, 10)} ${time}`;
  return hasTime ? time : iso.slice(0, 10);
}

// Hours, minutes or seconds that do not begin anew with each day.
function elapsed(value: number, code: string, iso: string): string {
  const seconds = Math.round(value * 86_400);
  if (/\[h+\]/i.test(code)) return `${Math.floor(seconds / 3600)}${iso.slice(13, 19)}`;
  return /\[m+\]/i.test(code) ? `${Math.floor(seconds / 60)}${iso.slice(16, 19)}` : String(seconds);
}
