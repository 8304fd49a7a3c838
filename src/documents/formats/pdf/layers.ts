import { type DrawnPage, lettersOf, type Operators } from './appearances.ts';
import type { TextItem } from './fragments.ts';

/** The layers of a PDF: which of them, or of their combinations, show. */
export interface Layers {
  isVisible(layer: unknown): boolean;
  [Symbol.iterator](): Iterator<
    readonly [id: string, layer: { readonly name?: string | null; readonly visible: boolean }]
  >;
}

/** The names of the layers that are switched off as the document opens. */
export function layersOff(layers: Layers | null | undefined): string[] {
  return [...(layers ?? [])]
    .filter(([, { visible }]) => !visible)
    .map(([id, { name }]) => name || id);
}

// Without annotations, whose words are no text of the page.
const annotationMode = 0;

/**
 * Leaves out what stands on layers that are switched off. The text of a page does not say on which
 * layer it stands, so that it is held against how the page is drawn, letter by letter.
 */
export async function withoutLayersOff(
  items: readonly TextItem[],
  page: DrawnPage,
  { layers, operators }: { readonly layers: Layers; readonly operators: Operators },
): Promise<TextItem[]> {
  const { shown, drawn } = await lettersDrawn(page, layers, operators);
  if (!shown.includes(false)) return [...items];
  let at = 0;
  return items.filter(({ str }) => {
    const letters = solid(str);
    if (letters === '') return true;
    // Lines from right to left are given in the order in which they are read.
    const reversed = [...letters].reverse().join('');
    const found = [letters, reversed]
      .map(each => drawn.indexOf(each, at))
      .filter(place => place >= 0 && place - at <= farthest);
    if (found.length === 0) return true;
    const start = Math.min(...found);
    at = start + letters.length;
    return shown.slice(start, at).some(Boolean);
  });
}

// What is drawn and is no text, such as letters without a glyph, is passed over.
const farthest = 200;

function solid(text: string): string {
  return text.replace(/\s/g, '');
}

async function lettersDrawn(page: DrawnPage, layers: Layers, operators: Operators) {
  const { beginMarkedContent, beginMarkedContentProps, endMarkedContent, showText } = operators;
  const { fnArray, argsArray } = await page.getOperatorList({ annotationMode });
  const open: boolean[] = [];
  const shown: boolean[] = [];
  const parts: string[] = [];
  for (const [at, operator] of fnArray.entries()) {
    if (operator === beginMarkedContent) open.push(true);
    else if (operator === endMarkedContent) open.pop();
    else if (operator === beginMarkedContentProps) {
      const [tag, layer] = argsArray[at] as readonly unknown[];
      open.push(tag !== 'OC' || layers.isVisible(layer));
    } else if (operator === showText) {
      const letters = solid(lettersOf(argsArray[at]));
      const isShown = open.every(Boolean);
      parts.push(letters);
      for (let each = 0; each < letters.length; each++) shown.push(isShown);
    }
  }
  return { shown, drawn: parts.join('') };
}
