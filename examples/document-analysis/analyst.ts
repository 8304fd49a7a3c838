// Who reads the report: MINIONS, whose local model reads every page, and whose cloud model sees the
// question and the extracts that were found.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Answer,
  documentCall,
  extractive,
  inCloud,
  type LanguageModel,
  loadDocument,
  minions,
  run,
  summaryOf,
} from 'tandem';
import type { PriceByModel } from 'tandem/backends';
import type { Document } from 'tandem/runs';
import { type Citation, citationsOf, ownText, unsupportedIn } from '../job/citations.ts';

/** A question with what is known of its answer; without `expected` the report does not say. */
export interface ReportQuestion {
  readonly question: string;
  readonly expected?: string;
  readonly page?: number;
}

const own = import.meta.dirname;

export const questions: readonly ReportQuestion[] = readFileSync(
  join(own, 'questions.jsonl'),
  'utf8',
)
  .trim()
  .split('\n')
  .map(line => JSON.parse(line) as ReportQuestion);

/** Reads the report of this folder, or another. @throws TandemError */
export function readReport(path = join(own, 'report.pdf')): Promise<Document> {
  return loadDocument(path);
}

/** A reader that plays the cloud model: it is told to be elsewhere, and sees what would leave. */
export function cloudStandIn(): LanguageModel {
  return inCloud(extractive({ sentences: 1, minScore: 0.3 }));
}

/** Makes the analyst; without a local model the reader reads, and the plan is declared. */
export function analyst(local: LanguageModel | undefined, cloud: LanguageModel): LanguageModel {
  // What is looked up needs no plan of the cloud's, which would have every page read.
  if (local) return minions({ local, cloud, plan: 'plain' });
  return minions({
    local: extractive(),
    cloud,
    // A sentence of a table says nothing without its district: the pages that share most words with
    // the question are asked, and no others.
    plan: question => ({
      tasks: [{ id: 'question', question, select: { by: 'best', top: 2 } }],
      chunking: { by: 'page', characters: 3000 },
    }),
  });
}

/** An answer with what it rests on. */
export interface Read {
  readonly text: string;
  readonly cited: readonly Citation[];
  /** Sentences of it that nothing in the report supports. */
  readonly unsupported: readonly string[];
  readonly costUsd: number;
  readonly leftCharacters: number;
}

/** Asks the analyst one question. */
export async function read(
  model: LanguageModel,
  report: Document,
  question: string,
  prices: PriceByModel = {},
): Promise<Read> {
  const call = documentCall(question, [report]);
  const answer: Answer = await run({ prices }, async () => model.doGenerate(call));
  const summary = summaryOf(answer);
  const cost = summary?.costUsd;
  return {
    text: ownText(answer),
    cited: citationsOf(answer),
    unsupported: unsupportedIn(answer),
    costUsd: typeof cost === 'number' ? cost : 0,
    leftCharacters: summary?.egress.characters ?? 0,
  };
}
