import type { Annotation } from './annotations.ts';

/** What of a page says how its annotations are drawn. */
export interface DrawnPage {
  getOperatorList(options: { readonly annotationMode: number }): Promise<{
    readonly fnArray: readonly number[];
    readonly argsArray: readonly unknown[];
  }>;
}

/** The numbers of drawing operators, by name. */
export type Operators = Readonly<Record<string, number>>;

// Annotations are drawn as they are, forms too.
const annotationMode = 1;

/**
 * Reads what annotations show and hold nowhere else, by their ids: who signed and when, what a
 * stamp says, the words on a button. Pages without such are not drawn.
 */
export async function wordsShown(
  page: DrawnPage,
  annotations: readonly Annotation[],
  operators: () => Promise<Operators>,
): Promise<ReadonlyMap<string | undefined, string>> {
  const sought = new Set(annotations.filter(isDrawnAlone).map(({ id }) => id));
  if (sought.size === 0) return new Map();
  const { beginAnnotation, endAnnotation, showText, setTextMatrix, nextLine, moveText, beginText } =
    await operators();
  const breaks = new Set([setTextMatrix, nextLine, moveText, beginText]);
  const shown = new Map([...sought].map(id => [id, '']));
  const { fnArray, argsArray } = await page.getOperatorList({ annotationMode });
  let id: string | undefined;
  for (const [at, operator] of fnArray.entries()) {
    const drawn = argsArray[at];
    if (operator === beginAnnotation) id = Array.isArray(drawn) ? String(drawn[0]) : undefined;
    if (operator === endAnnotation) id = undefined;
    const before = shown.get(id);
    if (before === undefined) continue;
    if (operator === showText) shown.set(id, before + lettersOf(drawn));
    else if (breaks.has(operator)) shown.set(id, `${before} `);
  }
  return shown;
}

function isDrawnAlone({ subtype, hasAppearance, fieldType, pushButton, hidden }: Annotation) {
  if (!hasAppearance || hidden) return false;
  return subtype === 'Stamp' || (subtype === 'Widget' && (fieldType === 'Sig' || pushButton));
}

/** The letters that an operator draws: of glyphs, with numbers between them that move them. */
export function lettersOf(drawn: unknown): string {
  const [glyphs] = Array.isArray(drawn) ? drawn : [];
  if (!Array.isArray(glyphs)) return '';
  return glyphs.map(glyph => String(Object(glyph).unicode ?? '')).join('');
}
