import { questionIn } from '../../algorithms/finding/asked-terms.ts';
import { fewWordsIn, locateAnswer } from '../../algorithms/text/locate-answer.ts';
import { contentTerms } from '../../algorithms/text/terms.ts';
import { textOf } from '../../model/answer.ts';
import { TandemError } from '../../model/errors.ts';
import type { Ask } from '../../model/pattern/ask.ts';
import { placeIsClosed } from '../../model/pattern/degrade.ts';
import type { CellState } from '../../model/run/ports.ts';
import type { Answer, Call, LanguageModel } from '../../model/types.ts';
import { type Hop, plainCall, relayCall } from './hop-prompt.ts';
import { addsNothingTrue, denial, type Report, readReport } from './report.ts';

/**
 * What came of a hop: a report, or why there is none. `unreadable` is no report at all; a report
 * that repeats notes or the prompt, or quotes what is not there, shows no reading either.
 */
export type HopResult = Report | 'unreadable' | { readonly unread: Report } | TandemError;

/** Who reads, and how many of its reports showed no reading. */
export interface HopReader {
  readonly worker: LanguageModel;
  asked: number;
  missed: number;
  /** Whether it gave notes back as what a part says; such a one is shown none any more. */
  repeats?: boolean;
}

// After so many reports, a reader of which most showed no reading is asked for a few words alone.
const leastReports = 4;

/**
 * A worker reads its part with the unit so far and says what it adds. One whose answer shows no
 * reading is asked once more, for a few words; a call that fails for good is a gap, unless the
 * worker's place is closed.
 * @throws TandemError
 */
export async function relay(ask: Ask, reader: HopReader, hop: Hop): Promise<HopResult> {
  const { worker } = reader;
  const id = `pass ${hop.pass} part ${hop.part + 1}`;
  let tokens = 0;
  const show = (state: CellState) =>
    ask.progress({ kind: 'cell', pattern: 'chain', row: hop.part, column: 0, state, tokens });
  const count = ({ usage }: Answer) => {
    tokens += (usage.inputTokens.total ?? 0) + (usage.outputTokens.total ?? 0);
  };
  show('running');
  try {
    const report = await reportOf(reader, hop, async call => {
      const answer = await ask(worker, call, { id });
      count(answer);
      return textOf(answer);
    });
    if (report && !addsNothingTrue(report)) {
      show(report.facts.length > 0 ? 'found' : 'nothing');
      return report;
    }
    const plain = await ask(worker, plainCall(hop), { id: `${id} again` });
    count(plain);
    const found = readPlain(textOf(plain), hop);
    show(found ? (found.facts.length > 0 ? 'found' : 'nothing') : 'refused');
    return found ?? (report ? { unread: report } : 'unreadable');
  } catch (error) {
    show('failed');
    if (TandemError.isInstance(error) && error.code === 'model_failed' && !placeIsClosed(error))
      return error;
    throw error;
  }
}

async function reportOf(
  reader: HopReader,
  hop: Hop,
  said: (call: Call) => Promise<string>,
): Promise<Report | undefined> {
  if (reader.asked >= leastReports && reader.missed * 2 > reader.asked) return undefined;
  const report = readReport(await said(relayCall(hop, { isTold: !reader.repeats })), hop);
  reader.asked++;
  if (!report || addsNothingTrue(report)) reader.missed++;
  if (report && report.facts.length === 0 && report.repeated > 0) reader.repeats = true;
  return report;
}

/**
 * Reads a few words: the sentence of the part that holds them, if it has to do with the question;
 * `undefined` if the part does not say them.
 */
function readPlain(text: string, hop: Hop): Report | undefined {
  const { passage, part, question } = hop;
  // A report is read as one, whatever was asked for.
  const report = readReport(text, hop);
  if (report) return addsNothingTrue(report) ? undefined : report;
  const nothing = { openQuestions: [], answered: [], refused: 0, repeated: 0, echoed: 0, part };
  const said = fewWordsIn(text);
  if (denial.test(said)) return { facts: [], isDenial: true, ...nothing };
  const found = locateAnswer(passage.text, said, question);
  if (!found) return undefined;
  const asked = new Set(contentTerms(questionIn(question)));
  const words = passage.text.slice(found.start, found.end);
  if (!holds(words, said)) return undefined;
  if (asked.size > 0 && !contentTerms(words).some(term => asked.has(term))) return undefined;
  const again = readReport(JSON.stringify({ facts: [words] }), hop);
  return again && again.facts.length > 0 ? again : undefined;
}

// A small number alone may stand anywhere; most of the answer's words must stand beside it.
function holds(sentence: string, answer: string): boolean {
  const own = new Set(contentTerms(sentence));
  const terms = [...new Set(contentTerms(answer))];
  const held = terms.filter(term => own.has(term));
  return held.length * 2 > terms.length || held.some(term => /\d\D?\d\D?\d/.test(term));
}
