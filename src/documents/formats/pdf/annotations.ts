import type { Fragment } from './fragments.ts';
import { readsRightToLeft } from './fragments.ts';
import { add, type Line, lineOf } from './lines.ts';
import { insert } from './rows.ts';

/** An annotation as the reader of PDF gives it; only what is read of it. */
export interface Annotation {
  readonly id?: string;
  readonly subtype?: string;
  readonly hasAppearance?: boolean;
  /** The lines of its text as they are drawn. */
  readonly textContent?: readonly string[];
  readonly rect?: readonly number[];
  readonly hidden?: boolean;
  readonly fieldType?: string | null;
  readonly fieldValue?: unknown;
  /** What can be chosen, as it is kept and as it is shown; all are shown where it is no combo. */
  readonly options?: readonly FieldOption[] | undefined;
  readonly combo?: boolean;
  readonly checkBox?: boolean;
  readonly radioButton?: boolean;
  readonly pushButton?: boolean;
  readonly exportValue?: unknown;
  readonly buttonValue?: unknown;
  readonly password?: boolean;
  readonly defaultAppearanceData?: { readonly fontSize?: number };
  readonly contentsObj?: { readonly str?: string };
  readonly titleObj?: { readonly str?: string };
}

interface FieldOption {
  readonly exportValue?: unknown;
  readonly displayValue?: unknown;
}

/**
 * Puts what was filled into a form beside what it belongs to, and notes where they stand on the
 * page; notes that a reader opens come last. `shown` are words that annotations show and hold
 * nowhere else, by their ids.
 */
export function addAnnotations(
  lines: Line[],
  annotations: readonly Annotation[],
  shown?: ReadonlyMap<string | undefined, string>,
): Line[] {
  const notes: Line[] = [];
  for (const annotation of annotations) {
    if (annotation.hidden || !annotation.rect) continue;
    const value = filledIn(annotation) || levelled(shown?.get(annotation.id) ?? '');
    if (value !== '') addValue(lines, fragmentOf(annotation, value));
    const note = noteOf(annotation);
    if (note !== '' && annotation.subtype === 'FreeText')
      insert(lines, lineOf(fragmentOf(annotation, note)));
    else if (note !== '') notes.push(lineOf(fragmentOf(annotation, note)));
  }
  return [...lines, ...notes];
}

function filledIn(annotation: Annotation): string {
  if (annotation.subtype !== 'Widget' || annotation.password || annotation.pushButton) return '';
  const { fieldValue, checkBox, radioButton } = annotation;
  if (checkBox || radioButton) {
    const on = checkBox ? annotation.exportValue : annotation.buttonValue;
    const isOn =
      typeof fieldValue === 'string' &&
      fieldValue !== 'Off' &&
      (fieldValue === on || on === undefined);
    return isOn ? '[x]' : '[ ]';
  }
  const values = (Array.isArray(fieldValue) ? fieldValue : [fieldValue]).filter(isWritten);
  const chosen = levelled(chosenAmong(annotation, values));
  const drawn = levelled(annotation.textContent?.join(' ') ?? '');
  // A figure is kept bare, and shown with its commas and its currency; a long text may be cut.
  return drawn !== '' && /^[-\d.,]*$/.test(chosen) ? drawn : chosen;
}

function levelled(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

const mostShown = 40;

// A file keeps a code of what was chosen, such as "DE"; a reader sees "Germany", and in a list what
// was not chosen too.
function chosenAmong({ options = [], combo }: Annotation, values: readonly string[]): string {
  const given = options.filter(({ displayValue }) => isWritten(displayValue));
  const isChosen = ({ exportValue, displayValue }: FieldOption) =>
    values.includes(String(exportValue)) || values.includes(String(displayValue));
  if (combo === false && given.length > 0 && given.length <= mostShown)
    return given
      .map(option => `${isChosen(option) ? '[x]' : '[ ]'} ${String(option.displayValue)}`)
      .join('  ');
  const shown = (value: string) =>
    given.find(({ exportValue }) => exportValue === value)?.displayValue ?? value;
  return values.map(shown).join(', ');
}

function isWritten(value: unknown): value is string {
  return typeof value === 'string';
}

const told = new Set([
  'Text',
  'FreeText',
  'Highlight',
  'Underline',
  'StrikeOut',
  'Squiggly',
  'Caret',
]);

function noteOf({ subtype = '', contentsObj, titleObj }: Annotation): string {
  const words = told.has(subtype) ? levelled(contentsObj?.str ?? '') : '';
  if (words === '' || subtype === 'FreeText') return words;
  const author = titleObj?.str?.trim();
  return `Note${author ? ` by ${author}` : ''}: ${words}`;
}

function fragmentOf({ rect = [], defaultAppearanceData }: Annotation, text: string): Fragment {
  const [left = 0, bottom = 0, right = left, top = bottom] = rect;
  const height = Math.max(1, top - bottom);
  const size = Math.min(defaultAppearanceData?.fontSize || 11, height);
  // One line stands in the middle of its field, several begin at the top of it.
  const y = height > 2.2 * size ? top - 1.2 * size : bottom + (height - size) / 2 + 0.2 * size;
  const x = Math.min(left, right) + 2;
  const isRightToLeft = readsRightToLeft(text);
  return { text, x, y, right: Math.max(x + 1, right), size, isSpaced: true, isRightToLeft };
}

// Beside the label on its line; else on a line of its own.
function addValue(lines: Line[], fragment: Fragment): void {
  if (lines.some(line => holds(line, fragment))) return;
  const near = lines
    .filter(({ y, size }) => Math.abs(y - fragment.y) < 0.6 * Math.max(size, fragment.size))
    .sort((a, b) => Math.abs(a.y - fragment.y) - Math.abs(b.y - fragment.y))[0];
  if (near) add(near, fragment);
  else insert(lines, lineOf(fragment));
}

// Some forms print what was filled in as well.
function holds({ y, size, fragments }: Line, value: Fragment): boolean {
  if (/^\[[x ]\]/.test(value.text)) return false;
  return (
    Math.abs(y - value.y) < 1.5 * size &&
    fragments.some(({ text, x }) => text === value.text && Math.abs(x - value.x) < 20)
  );
}
