const entities = new Map(
  Object.entries({
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    nbsp: ' ',
    ndash: '–',
    mdash: '—',
    hellip: '…',
    lsquo: '‘',
    rsquo: '’',
    ldquo: '“',
    rdquo: '”',
    euro: '€',
    pound: '£',
    copy: '©',
    deg: '°',
  }),
);

/**
 * Takes the plain text out of HTML: no tags, scripts or comments, block ends as line breaks,
 * entities decoded; headings bear the marks of Markdown where that is asked for.
 */
export function plainTextOf(
  html: string,
  { marksHeadings = false }: { readonly marksHeadings?: boolean } = {},
): string {
  return (
    withoutTags(html, marksHeadings)
      .replace(
        /&(#x[\da-f]{1,6}|#\d{1,7}|\w{1,31});/gi,
        (whole, name: string) => decodeEntity(name) ?? whole,
      )
      // The look-behind starts each run of blanks once; without it a long run costs its square.
      .replace(/(?<![ \t])[ \t]+\n/g, '\n')
      .replace(/\n{3,}/g, '\n\n')
      .trim()
  );
}

const tag = /[a-z][a-z0-9]*|\/[a-z][a-z0-9]*|[!?]/iy;
const silent = new Set(['script', 'style', 'head', 'template']);
const lineEnds = new Set(['br', '/p', '/div', '/li', '/tr', '/section', '/article', '/table']);
const cellEnds = new Set(['/td', '/th']);

// By hand, in one pass: patterns over an unclosed tag or comment take time that grows with the
// square of the page.
function withoutTags(html: string, marksHeadings: boolean): string {
  let text = '';
  let at = 0;
  for (let open = html.indexOf('<'); open >= 0; open = html.indexOf('<', at)) {
    text += html.slice(at, open);
    tag.lastIndex = open + 1;
    const name = tag.exec(html)?.[0].toLowerCase();
    if (name === undefined) {
      // "a < b" is text.
      text += '<';
      at = open + 1;
    } else {
      at = endOf(html, open, name);
      text += textFor(name, marksHeadings);
    }
  }
  return text + html.slice(at);
}

function textFor(name: string, marksHeadings: boolean): string {
  const heading = /^(\/?)h([1-6])$/.exec(name);
  if (heading?.[1] === '/') return marksHeadings ? '\n\n' : '\n';
  if (heading) return marksHeadings ? `\n${'#'.repeat(Number(heading[2]))} ` : '';
  if (lineEnds.has(name)) return '\n';
  return cellEnds.has(name) ? '\t' : '';
}

// Where the text goes on; what is never closed reaches to the end, as in a browser.
function endOf(html: string, open: number, name: string): number {
  if (html.startsWith('<!--', open)) return after(html, '-->', open + 4);
  const end = after(html, '>', open + 1);
  if (!silent.has(name)) return end;
  const close = new RegExp(`</${name}\\b`, 'gi');
  close.lastIndex = end;
  const found = close.exec(html);
  return found ? after(html, '>', found.index) : html.length;
}

function after(html: string, mark: string, from: number): number {
  const at = html.indexOf(mark, from);
  return at < 0 ? html.length : at + mark.length;
}

function decodeEntity(name: string): string | undefined {
  if (!name.startsWith('#')) return entities.get(name.toLowerCase());
  const code =
    name[1]?.toLowerCase() === 'x' ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
