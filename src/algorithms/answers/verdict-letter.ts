import { withoutThinking } from '../text/written/thinking.ts';

const lead = new RegExp(
  '^(?:the |my )?(?:final )?(?:answer|verdict|letter|category|class' +
    String.raw`|choice|option|label|assistant)\s*(?:is|:|=)?\s*:?\s*`,
  'i',
);

/**
 * Reads which of the letters S, L and U was said: alone, with marks around it, behind "Answer:", as
 * the first word before a reason, or last after thinking aloud. `undefined` where none was.
 */
export function verdictLetter(text: string): 'S' | 'L' | 'U' | undefined {
  const said = withoutThinking(text.slice(0, 20_000));
  const plain = said.replace(/[*_`"'#$\\{}[\]()<>→]/g, ' ').trim();
  const bare = plain.replace(/^boxed\s*/, '').replace(lead, '');
  const named = wordOf(bare);
  if (named) return named;
  const first = new RegExp(
    String.raw`^(?:([slu])(?=[\s.,:;!?-]|$)(?!\s+or\b|\s*,\s*[slu]\b)|(small|large` +
      String.raw`|unsure|unclear)\b)`,
    'i',
  ).exec(bare);
  if (first && isLetter(first[0], bare)) return first[0][0]!.toUpperCase() as 'S' | 'L' | 'U';
  const reasoned = [
    ...plain.matchAll(
      new RegExp(
        String.raw`\b(?:answer|verdict|letter|choose|choice|say|think|is|so|therefore` +
          String.raw`|thus)\b\s{0,8}(?:is|:)?\s{0,8}([SLU])\b(?!')`,
        'g',
      ),
    ),
  ].at(-1);
  if (reasoned) return reasoned[1] as 'S' | 'L' | 'U';
  const alone = plain.split('\n').at(-1)!.trim().replace(/[.!]$/, '');
  return /^[SLU]$/.test(alone) ? (alone as 'S' | 'L' | 'U') : undefined;
}

// What the letters stand for, where it is all that was said.
function wordOf(text: string): 'S' | 'L' | undefined {
  if (/^(?:simple|easy)[.!]?$/i.test(text)) return 'S';
  return /^(?:hard|complex|difficult)[.!]?$/i.test(text) ? 'L' : undefined;
}

// A small letter before other words is a word of theirs.
function isLetter(found: string, text: string): boolean {
  return found.length > 1 || /^[SLU]/.test(text) || text.length <= 2;
}
