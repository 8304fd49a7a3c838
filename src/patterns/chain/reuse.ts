import * as z from 'zod';
import { later } from '../../algorithms/later.ts';
import { canonicalAnswer } from '../../algorithms/text/canonical-answer.ts';
import type { Document } from '../../documents/document.ts';
import type { DocumentSource } from '../../model/run/ports.ts';
import type { LanguageModel } from '../../model/types.ts';
import type { ChainTask } from './options.ts';
import type { FoundFact } from './report.ts';
import { addToUnit, emptyUnit, type Unit, type UnitLimits } from './unit.ts';

/** What was asked of documents, and who read them. */
interface ReuseQuestion {
  readonly worker: LanguageModel;
  readonly documents: readonly Document[];
  readonly question: string;
  readonly task: ChainTask;
}

/** A unit that need not be read again, and why. */
export interface Reused {
  readonly unit: Unit;
  /** True if the very question was asked before, so that all was read for it. */
  readonly isSame: boolean;
}

const keptReadings = later(() =>
  z.array(
    z.object({
      question: z.string(),
      task: z.string(),
      facts: z.array(
        z.object({
          start: z.number().int().min(0),
          end: z.number().int().min(1),
          certainty: z.enum(['stated', 'implied', 'unsure']),
          asOf: z.string().optional(),
        }),
      ),
    }),
  ),
);
type KeptReading = z.infer<ReturnType<typeof keptReadings>>[number];

// What one model has noted says nothing of what another would.
const keyOf = ({ provider, modelId }: LanguageModel) => `chain ${provider} ${modelId}`;
const most = { readings: 20, facts: 500 };
// A fact that holds so much of what is asked answers it; fewer terms could agree by chance.
const answering = { relevance: 0.8, terms: 3 };

/**
 * Finds what earlier readings of the same documents have noted: all of it where the same was asked,
 * else the facts that answer this question too. A reading counts only if it was whole, and the
 * documents are the same to the letter.
 */
export async function recallUnit(
  source: DocumentSource | undefined,
  asked: ReuseQuestion,
  limits: UnitLimits,
): Promise<Reused | undefined> {
  const { documents, question, task, worker } = asked;
  const read = await Promise.all(documents.map(document => readingsOf(source, document, worker)));
  const said = canonicalAnswer(question);
  const same = read.map(readings =>
    readings.find(each => each.question === said && each.task === task),
  );
  if (same.every(reading => reading !== undefined)) {
    const facts = same.flatMap((reading, index) => factsOf(documents[index]!, [reading]));
    // Who asks again where nothing was found wants it read again.
    return facts.length === 0 ? undefined : { unit: unitOf(facts, limits), isSame: true };
  }
  if (
    task !== 'answer' ||
    limits.focus.size < answering.terms ||
    read.some(({ length }) => length === 0)
  )
    return undefined;
  const facts = read.flatMap((readings, index) => factsOf(documents[index]!, readings));
  const unit = unitOf(facts, limits);
  const best = Math.max(0, ...unit.facts.map(({ relevance }) => relevance));
  return best >= answering.relevance ? { unit, isSame: false } : undefined;
}

/** Keeps what a whole reading has noted, for later questions on the same documents. */
export async function rememberUnit(
  source: DocumentSource | undefined,
  asked: ReuseQuestion,
  { held }: Unit,
): Promise<void> {
  const { documents, question, task, worker } = asked;
  for (const document of documents) {
    const facts = held
      .filter(fact => fact.document === document)
      .slice(0, most.facts)
      .map(({ start, end, certainty, asOf }) => ({
        start,
        end,
        certainty,
        ...(asOf !== undefined && { asOf }),
      }));
    const reading: KeptReading = { question: canonicalAnswer(question), task, facts };
    const others = (await readingsOf(source, document, worker)).filter(
      each => each.question !== reading.question || each.task !== task,
    );
    await source?.remember?.(
      document.id,
      keyOf(worker),
      JSON.stringify([reading, ...others].slice(0, most.readings)),
    );
  }
}

async function readingsOf(
  source: DocumentSource | undefined,
  { id }: Document,
  worker: LanguageModel,
): Promise<KeptReading[]> {
  const kept = await source?.recall?.(id, keyOf(worker));
  if (kept === undefined) return [];
  try {
    // What another version has kept is no reason to fail: the document is read again.
    return keptReadings().safeParse(JSON.parse(kept)).data ?? [];
  } catch {
    return [];
  }
}

function factsOf(document: Document, readings: readonly KeptReading[]): FoundFact[] {
  const inside = readings
    .flatMap(({ facts }) => facts)
    .filter(({ start, end }) => start < end && end <= document.text.length);
  return inside.map(({ start, end, certainty, asOf }) => ({
    ...{ start, end, certainty, document, text: document.text.slice(start, end) },
    ...(asOf !== undefined && { asOf }),
  }));
}

function unitOf(facts: readonly FoundFact[], limits: UnitLimits): Unit {
  return addToUnit(
    emptyUnit,
    { facts, openQuestions: [], answered: [], refused: 0, repeated: 0, echoed: 0, part: 0 },
    limits,
  );
}
