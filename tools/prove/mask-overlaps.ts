import type { MaskedSpan } from '../../src/entries/runs.ts';
import { direct, personalDataMasker, run, userCall } from '../../src/index.ts';
import { doubleOf } from '../../src/testing/double.ts';
import type { Proof } from './journal.ts';

type Random = () => number;

const texts = [
  'Anna weber.a@example.org, card 4111 1111 1111 1111, phone +49 30 12345678, and so on.',
  'Write to "Weber, Anna" <anna.weber@example.org> or call +1 (415) 555-0123 before noon.',
];

/**
 * Lets finders name spans at random beside the detectors and configured words, which overlap in
 * every way: nothing that any of them covers leaves.
 */
export async function provenOverlaps(count: number, random: Random): Promise<Proof> {
  const problems: string[] = [];
  let sent = '';
  const cloud = doubleOf({ modelId: 'gpt-4.1', place: 'cloud' }, call => {
    sent = JSON.stringify(call.prompt);
    return { text: 'ok' };
  });
  for (let n = 0; n < count; n++) {
    const text = texts[n % texts.length]!;
    const spans = spansIn(text, random);
    const words = [text.slice(spans[0]!.start, spans[0]!.end).trim()].filter(word => word !== '');
    const masker = personalDataMasker({ words, more: [() => spans] });
    await run({ masker }, async () => direct(cloud).doGenerate(userCall(text)));
    const seen = [...spans].find(span => leaves(text, span, sent));
    if (seen) problems.push(`"${text.slice(seen.start, seen.end)}" left: ${sent.slice(0, 400)}`);
  }
  return { says: [`${count} calls with overlapping finds`], problems: problems.slice(0, 10) };
}

function spansIn(text: string, random: Random): MaskedSpan[] {
  return Array.from({ length: 4 }, () => {
    const start = Math.floor(random() * (text.length - 12));
    const end = start + 8 + Math.floor(random() * 20);
    return { start, end: Math.min(end, text.length), kind: 'NAME' };
  });
}

// Eight characters in a row stand but once in these texts.
function leaves(text: string, { start, end }: MaskedSpan, sent: string): boolean {
  for (let at = start; at + 8 <= end; at++)
    if (sent.includes(JSON.stringify(text.slice(at, at + 8)).slice(1, -1))) return true;
  return false;
}
