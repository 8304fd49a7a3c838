// Examines a file: each question is put to both halves of it, and only one half may leave.
import { type Answer, chain, documentCall, type LanguageModel, run, summaryOf } from 'tandem';
import type { FileJournal } from 'tandem/runs';
import { type Citation, citationsOf, ownText, unsupportedIn } from '../job/citations.ts';
import { searchOver } from '../job/search.ts';
import { type Paper, type Place, sentencesOf } from './case-file.ts';

/** What one half of the file says. */
export interface HalfAnswer {
  /** Empty where it says nothing. */
  readonly text: string;
  readonly cited: readonly Citation[];
  /** Sentences of it that no words of the file support. */
  readonly unsupported: readonly string[];
}

/** What the file says to a question. */
export interface Finding {
  readonly question: string;
  /** From papers that must stay: read and answered on this machine. */
  readonly here: HalfAnswer;
  /** From papers of which extracts may leave: read here, answered by the cloud model. */
  readonly there: HalfAnswer;
  /** Sentences of the whole file that share most words with the question, found on this machine. */
  readonly nearest: readonly Place[];
}

/** Who examines. */
export interface Examiners {
  readonly local: LanguageModel;
  readonly cloud: LanguageModel;
  readonly journal: FileJournal;
}

/** Chain of Agents over a half of a file. */
export function readerOf(worker: LanguageModel, manager: LanguageModel): LanguageModel {
  return chain({ worker, manager, unitTokens: 600 });
}

/** Puts a question to both halves of a file. */
export async function examine(
  question: string,
  papers: readonly Paper[],
  { local, cloud, journal }: Examiners,
): Promise<Finding> {
  const half = async (label: Paper['label'], manager: LanguageModel) => {
    const own = papers.filter(paper => paper.label === label);
    if (own.length === 0) return nothing;
    const call = documentCall(question, own);
    return halfOf(await run({ journal }, async () => readerOf(local, manager).doGenerate(call)));
  };
  const here = await half('local-only', local);
  const there = await half('extracts', cloud);
  return { question, here, there, nearest: nearestIn(papers, question) };
}

const shown = 3;

// A plain search: a hint where a model found nothing, or the wrong thing.
function nearestIn(papers: readonly Paper[], question: string): readonly Place[] {
  const sentences = papers.flatMap(sentencesOf);
  const search = searchOver(sentences.map(place => ({ title: '', text: place.quote, place })));
  return search(question)
    .slice(0, shown)
    .map(({ place }) => place);
}

const nothing: HalfAnswer = { text: '', cited: [], unsupported: [] };

function halfOf(answer: Answer): HalfAnswer {
  const cited = citationsOf(answer);
  if (cited.length === 0 && summaryOf(answer)?.degraded) return nothing;
  const text = ownText(answer);
  return text === 'none' ? nothing : { text, cited, unsupported: unsupportedIn(answer) };
}
