import {
  type Answer,
  type ChainOptions,
  type Coverage,
  chain,
  documentCall,
  extractive,
  summaryOf,
} from '../../src/index.ts';
import { doubleOf, seededRandom } from '../../src/testing/index.ts';
import type { Evidence, GeneratedDocument, TrueQuestion } from '../documents/generated.ts';
import { orderedKinds } from '../documents/ordered-kinds.ts';
import type { Eval, EvalResult, EvalRow } from '../result.ts';

const defaultSizes = [5000, 30_000];

/** Stands where a manager would: what is measured is the unit, not an answer. */
const nobody = doubleOf({ modelId: 'nobody' }, () => ({ text: '.' }));

/**
 * Lets the extractive reader, which is no language model, relay facts along generated documents,
 * and asks whether the words that the answer needs stand in the unit that the manager would see.
 */
export const readingEval: Eval = async (argv): Promise<EvalResult> => {
  const sizes = argv.length > 0 ? argv.map(Number) : defaultSizes;
  const rows: EvalRow[] = [];
  for (const tokens of sizes) {
    for (const make of orderedKinds)
      rows.push(await measure(make({ tokens, random: seededRandom(17) })));
  }
  return {
    eval: 'reading',
    notes: [
      'Worker: extractive:reader, which is no language model. No manager answers: the unit is ' +
        'measured. Sizes in tokens',
      `may be given as arguments, up to 1,000,000; here ${sizes.join(', ')}. Every cited place ` +
        'is checked word for word.',
    ],
    rows,
  };
};

const options: Partial<ChainOptions> = { windowTokens: 4096, unitTokens: 800 };

async function measure(document: GeneratedDocument): Promise<EvalRow> {
  const model = chain({ worker: extractive(), manager: nobody, ...options });
  let [found, wanted, wrong, unread, seconds] = [0, 0, 0, 0, 0];
  for (const question of document.questions) {
    const begun = performance.now();
    const answer = await model.doGenerate(documentCall(question.question, [document]));
    seconds += (performance.now() - begun) / 1000;
    wanted += question.evidence.length;
    found += evidenceIn(answer, question);
    wrong += wrongCitations(answer, document);
    unread += unreadIn(summaryOf(answer)!.coverage!);
  }
  const what = `${document.kind}, ${Math.round(document.text.length / 4000)}k tokens`;
  const value =
    `${found} of ${wanted} in the unit; ` +
    `${(seconds / document.questions.length).toFixed(2)} s a question`;
  // Links that share no word with the question are beyond a reader that knows no meaning: shown,
  // without a bar.
  const isBridge = document.kind.startsWith('bridge');
  return {
    what,
    value,
    wanted: `${isBridge ? '' : 'all found, '}citations word for word, all parts read`,
    isMet: wrong + unread === 0 && (isBridge || found === wanted),
  };
}

function evidenceIn(answer: Answer, { evidence }: TrueQuestion): number {
  const places = citedIn(answer);
  return evidence.filter(({ start, end }) =>
    places.some(place => place.start <= start + 1 && place.end >= end - 1),
  ).length;
}

function wrongCitations(answer: Answer, { text }: GeneratedDocument): number {
  return citedIn(answer).filter(({ start, end, quote }) => text.slice(start, end) !== quote).length;
}

function citedIn({ content }: Answer): (Evidence & { quote: string })[] {
  return content.flatMap(part =>
    part.type === 'source' ? [part.providerMetadata?.tandem as never] : [],
  );
}

function unreadIn({ chunks, read }: Coverage): number {
  return chunks - read;
}
