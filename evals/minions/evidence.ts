import {
  documentCall,
  extractive,
  minions,
  plainPlan,
  summaryOf,
  textOf,
} from '../../src/index.ts';
import { doubleOf, promptText } from '../../src/testing/index.ts';
import type { GeneratedDocument, TrueQuestion } from '../documents/generated.ts';

/** What asking questions on a document has come to; shares, 0..1. */
export interface Measured {
  /** Evidence that is in the released extracts. */
  readonly recall: number;
  /** Citations whose words stand at their offsets. */
  readonly verbatim: number;
  /** Chunks that were read. */
  readonly covered: number;
  /** Questions whose answer the reducer got right. */
  readonly answered: number;
  readonly seconds: number;
}

/** Asks questions on a document by MINIONS: the extractive reader works, a script reduces. */
export async function evidenceOf<Question extends TrueQuestion>(
  document: GeneratedDocument,
  questions: readonly Question[],
  wording: (question: Question) => string,
): Promise<Measured> {
  const { text, title } = document;
  const model = minions({ local: extractive(), cloud: scriptedReducer(), plan: plainPlan });
  const sums = { found: 0, wanted: 0, verbatim: 0, cited: 0, read: 0, chunks: 0, right: 0 };
  const begun = performance.now();
  for (const asked of questions) {
    const answer = await model.doGenerate(documentCall(wording(asked), [{ title, text }]));
    const spans = answer.content.flatMap(part => {
      const place = part.type === 'source' ? part.providerMetadata?.tandem : undefined;
      return place ? [place as unknown as { start: number; end: number; quote: string }] : [];
    });
    sums.cited += spans.length;
    sums.verbatim += spans.filter(
      ({ start, end, quote }) => text.slice(start, end) === quote,
    ).length;
    sums.wanted += asked.evidence.length;
    sums.found += asked.evidence.filter(({ start, end }) =>
      spans.some(span => span.start <= start && span.end >= end),
    ).length;
    sums.right += textOf(answer).includes(asked.answer) ? 1 : 0;
    const { coverage } = summaryOf(answer)!;
    sums.read += coverage!.read;
    sums.chunks += coverage!.chunks;
  }
  return {
    recall: sums.found / sums.wanted,
    verbatim: sums.cited === 0 ? 1 : sums.verbatim / sums.cited,
    covered: sums.read / sums.chunks,
    answered: sums.right / questions.length,
    seconds: (performance.now() - begun) / 1000 / questions.length,
  };
}

// Takes the extract with most words of the question, amounts first: a script, no model.
function scriptedReducer() {
  return doubleOf({ modelId: 'scripted-reducer', place: 'cloud' }, call => {
    const text = promptText(call);
    const extracts = [...text.matchAll(/^\[(e\d+)\] (.*)$/gm)].map(([, id, words]) => ({
      id: id!,
      words: words!,
    }));
    const question = new Set(wordsOf(text.slice(text.indexOf('</extracts>'))));
    const shared = ({ words }: { words: string }) =>
      new Set(wordsOf(words).filter(word => question.has(word))).size;
    const isAmount = ({ words }: { words: string }) => (/\$\d/.test(words) ? 1 : 0);
    const best = extracts.toSorted((a, b) => isAmount(b) - isAmount(a) || shared(b) - shared(a))[0];
    return { text: best ? `${best.words} [${best.id}]` : 'Nothing.' };
  });
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z]{2,}|\d{4}/g) ?? [];
}
