// A browser stops nesting at 512; what goes far beyond is no page that somebody wrote, and costs a
// parser the square of its length.
const deepest = 2000;
const longestTag = 50_000;
const mostAttributes = 2000;
// Those are closed by what follows them, and do not nest.
const flatList =
  'p li td tr th dt dd option thead tbody tfoot colgroup br hr img input meta link col wbr ' +
  'source rt rp script style';
const flat = new Set(flatList.split(' '));

/** Tells whether HTML nests so deep, or has tags so long, that a parser would take too long. */
export function isTangled(html: string): boolean {
  const opening = /<(\/?)([a-z][a-z0-9]*)/gi;
  let depth = 0;
  for (let found = opening.exec(html); found; found = opening.exec(html)) {
    const close = html.indexOf('>', found.index);
    const end = close < 0 ? html.length : close;
    if (isLong(html, found.index, end)) return true;
    // What looks like a tag within a tag is none.
    opening.lastIndex = end;
    if (flat.has(found[2]!.toLowerCase())) continue;
    depth = Math.max(0, depth + (found[1] === '/' ? -1 : 1));
    if (depth > deepest) return true;
  }
  return false;
}

function isLong(html: string, start: number, end: number): boolean {
  if (end - start < longestTag) return false;
  const head = html.slice(start, start + longestTag);
  return head.split(/\s+/, mostAttributes + 1).length > mostAttributes;
}

/** Takes the tags out of HTML that is no page, in one pass. */
export function strippedText(html: string): string {
  let text = '';
  let at = 0;
  for (let open = html.indexOf('<'); open >= 0; open = html.indexOf('<', at)) {
    text += html.slice(at, open);
    const isTag = /^<[a-z/!?]/i.test(html.slice(open, open + 2));
    const close = isTag ? html.indexOf('>', open) : open;
    text += isTag ? ' ' : '<';
    at = close < 0 ? html.length : close + 1;
  }
  return (text + html.slice(at)).replace(/(?<!\s)\s+/g, ' ').trim();
}
