/** A piece of text as the reader of PDF gives it. */
export interface TextItem {
  readonly str: string;
  /** Scale and turn, then the start of the baseline, in points. */
  readonly transform: readonly number[];
  readonly width: number;
  readonly height: number;
}

/** A piece of text with its place on the page, in points from the lower left corner. */
export interface Fragment {
  readonly text: string;
  readonly x: number;
  /** Of the baseline. */
  readonly y: number;
  readonly right: number;
  /** The size of its type. */
  readonly size: number;
  /** Whether white space was written before it. */
  readonly isSpaced: boolean;
  readonly isRightToLeft: boolean;
}

/** Whether letters of right-to-left scripts are the most of a text. */
export function readsRightToLeft(text: string): boolean {
  if (!/[\u0590-\u08ff\ufb1d-\ufefc]/.test(text)) return false;
  const own = text.match(/[\u0590-\u08ff\ufb1d-\ufefc]/g)!.length;
  return own * 2 > (text.match(/\p{L}/gu)?.length ?? 0);
}

/**
 * Places the items of a page. What is printed twice or more at one place, to look bold, is taken
 * once.
 */
export function fragmentsOf(items: readonly TextItem[]): Fragment[] {
  const fragments: Fragment[] = [];
  const placesByText = new Map<string, Fragment[]>();
  let isSpaced = false;
  for (const item of items) {
    // A form feed ends a page here, whatever the file means by one.
    // What takes room and says nothing is a glyph that the font gives no letter for.
    const written = item.str === '' && item.width > 0 ? '\ufffd' : item.str;
    const words = spelledOut(written.replaceAll(/[\f\r\n\0]/g, ' '));
    if (words === '') continue;
    if (words.trim() === '') {
      isSpaced = true;
      continue;
    }
    const whole = placed(item, words, isSpaced);
    isSpaced = /\s$/.test(words);
    const fragment = uncovered(whole, fragments.slice(-mostBefore));
    const known = placesByText.get(fragment.text);
    if (known?.some(other => isOver(other, fragment))) continue;
    if (known) known.push(fragment);
    else placesByText.set(fragment.text, [fragment]);
    fragments.push(withCapital(fragment, fragments));
  }
  return fragments;
}

// A capital of several lines begins the word that stands at its top. "A" and "I" may be words.
function withCapital(fragment: Fragment, before: Fragment[]): Fragment {
  const { text, x, y, size } = fragment;
  const capital = before.at(-1);
  const isDropped =
    capital &&
    /^[B-HJ-Z]$/.test(capital.text) &&
    /^\p{Ll}{2}/u.test(text) &&
    capital.size > 1.8 * size &&
    Math.abs(x - capital.right) < 0.6 * size &&
    y > capital.y &&
    y < capital.y + capital.size;
  if (!isDropped) return fragment;
  before.pop();
  return { ...fragment, text: capital.text + text, x: capital.x };
}

// Ligatures, letters in the form that they have within a word, and signs that are written twice in
// Unicode.
const joined = /[\u00a0\u00b5\u037e\u0eb3\u2000-\u200a\u202f\u2126\ufb00-\ufdff\ufe70-\ufefc]/g;

function spelledOut(text: string): string {
  // Fonts of some makers keep two of them where nothing is agreed upon.
  const known = text.replaceAll('\uf001', 'fi').replaceAll('\uf002', 'fl');
  return known.replace(joined, letter => {
    const spelled = letter.normalize('NFKC');
    return spelled.length > 1 ? spelled.trim() : spelled;
  });
}

function placed(
  { transform, width, height }: TextItem,
  words: string,
  isSpaced: boolean,
): Fragment {
  const [a = 1, b = 0, , , x = 0, top = 0] = transform;
  const size = height || Math.hypot(a, b) || 1;
  // What is written downwards begins at its top.
  const y = -b > Math.abs(a) ? top - size : top;
  const shown = words.trim();
  const text = undoubled(shown, { width, size });
  return {
    // What is turned takes the height of its type on the line, and runs across it.
    ...{ text, x, y, right: x + (Math.abs(b) > Math.abs(a) ? size : width), size },
    isSpaced: isSpaced || /^\s/.test(words),
    isRightToLeft: readsRightToLeft(text),
  };
}

function isOver(other: Fragment, fragment: Fragment): boolean {
  const { y, right, size, text } = fragment;
  if (isStart(other, fragment)) return true;
  const near = 0.3 * size;
  return text.length > 1 && Math.abs(other.right - right) < near && Math.abs(other.y - y) < near;
}

function isStart(other: Fragment, { x, y, size }: Fragment): boolean {
  const near = (other.text.length > 1 ? 0.3 : 0.1) * size;
  return Math.abs(other.x - x) < near && Math.abs(other.y - y) < near;
}

const mostBefore = 12;
const widthOfSpace = 0.25;

// What is printed over may go on with what comes next: "2011", and over it "2011 report".
function uncovered(fragment: Fragment, before: readonly Fragment[]): Fragment {
  const { text, size } = fragment;
  const covered = before.findLast(
    other =>
      text.length > other.text.length && text.startsWith(other.text) && isStart(other, fragment),
  );
  if (!covered) return fragment;
  const rest = text.slice(covered.text.length);
  const isSpaced = /^\s/.test(rest);
  const x = covered.right + (isSpaced ? widthOfSpace * size : 0);
  return uncovered({ ...fragment, text: rest.trim(), x, isSpaced }, before);
}

// "BBOOLLDD": each letter was printed twice. Set side by side, they would be twice as wide.
function undoubled(text: string, { width, size }: { width: number; size: number }): string {
  const letters = [...text];
  const solid = letters.filter(letter => letter !== ' ');
  if (solid.length < 6 || solid.length % 2 === 1 || width > 0.4 * size * solid.length) return text;
  if (new Set(solid).size < 3) return text;
  for (let at = 0; at < solid.length; at += 2) if (solid[at] !== solid[at + 1]) return text;
  let isSecond = false;
  return letters
    .filter(letter => {
      if (letter === ' ') return true;
      isSecond = !isSecond;
      return isSecond;
    })
    .join('')
    .replace(/ {2,}/g, ' ');
}
