import { hash } from 'node:crypto';
import { type LabelOutcome, type LabelRow, rowOfRun } from '../../../src/entries/eval.ts';
import type { FileJournal } from '../../../src/entries/runs.ts';
import { type Question, wordsOf } from './keep-question.ts';

/** Which answers of a pair were right. */
export type Verdict = 'local' | 'cloud' | 'both' | 'neither';

/** A run whose question is kept, as far as its heads tell. */
export interface Sample {
  readonly run: string;
  /** Whether both models have answered, one has, or the other would not. */
  readonly state: 'whole' | 'half' | 'refused';
  readonly verdict: Verdict | undefined;
}

// Far more than anybody rates; all of them are put in order for each page.
const mostQuestions = 20_000;

/**
 * Lists the runs whose question is kept, in an order of chance that stays the same: by the hash of
 * their ids. Whoever goes through it from the front has a random sample, wherever they stop.
 */
export async function samplesIn(journal: FileJournal): Promise<Sample[]> {
  const [questions, others, verdicts] = await Promise.all([
    journal.listBeside('question', mostQuestions),
    journal.listBeside('other'),
    journal.listBeside('verdict'),
  ]);
  const otherByRun = new Map(others.map(({ run, facts }) => [run, facts.state]));
  const verdictByRun = new Map(verdicts.map(({ run, facts }) => [run, facts.right as Verdict]));
  return questions
    .map(({ run, facts }) => ({ run, facts, chance: hash('sha256', `sample ${run}`, 'hex') }))
    .toSorted((a, b) => (a.chance < b.chance ? -1 : 1))
    .map(({ run, facts }) => ({
      run,
      state: stateOf(facts.has === 'both' ? 'whole' : otherByRun.get(run)),
      verdict: verdictByRun.get(run),
    }));
}

function stateOf(noted: string | undefined): Sample['state'] {
  return noted === 'whole' || noted === 'refused' ? noted : 'half';
}

/** Whether the local answer is shown first: by chance, and always the same for a run. */
export function isLocalFirst(run: string): boolean {
  return Number.parseInt(hash('sha256', `side ${run}`, 'hex').slice(0, 2), 16) < 128;
}

/** A run with its question and what of its answers is there. */
export interface Pair {
  readonly question: Question;
  readonly row: LabelRow & { readonly local: LabelOutcome };
}

/** Reads a run with its question and answers; undefined where they are no longer kept. */
export async function readPair(journal: FileJournal, run: string): Promise<Pair | undefined> {
  const question = (await journal.readBeside(run, 'question')) as Question | undefined;
  if (!question) return undefined;
  const found = rowOfRun({ id: run, prompt: wordsOf(question) }, await journal.answers(run));
  if (!found?.local) return undefined;
  const other = (await journal.readBeside(run, 'other')) as LabelOutcome | undefined;
  const { temperature } = question.body;
  const most = question.body.max_completion_tokens ?? question.body.max_tokens;
  const decoding = {
    ...(typeof temperature === 'number' && { temperature }),
    ...(typeof most === 'number' && { maxOutputTokens: most }),
  };
  const row = {
    ...found,
    local: found.local,
    cloud: question.has === 'both' ? found.cloud : other,
    decoding,
  };
  return { question, row };
}

/** Writes the outcome log of all pairs that were rated: what `tandem calibrate` reads. */
export async function outcomeLog(
  journal: FileJournal,
): Promise<{ readonly rows: readonly LabelRow[]; readonly name: string }> {
  const rows: LabelRow[] = [];
  const names = new Map<string, number>();
  for (const { run, verdict } of await samplesIn(journal)) {
    if (verdict === undefined) continue;
    const pair = await readPair(journal, run);
    if (!pair?.row.cloud) continue;
    rows.push(labelledBy(verdict, pair));
    names.set(pair.question.model, (names.get(pair.question.model) ?? 0) + 1);
  }
  const name = [...names].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? '';
  return { rows: withCommonSignals(rows), name: name.replace(/^tandem\//, '') };
}

function labelledBy(verdict: Verdict, { row }: Pair): LabelRow {
  const right = (role: 'local' | 'cloud') => Number(verdict === role || verdict === 'both');
  return {
    ...row,
    by: 'person',
    local: { ...row.local, correct: right('local') },
    cloud: { ...row.cloud, correct: right('cloud') },
  };
}

// Servers give log-probabilities or do not, by model: a gate can stand on what all rows have.
function withCommonSignals(rows: readonly LabelRow[]): LabelRow[] {
  const signalsOf = ({ local }: LabelRow) => (local?.signals ?? {}) as Record<string, number>;
  const [first, ...rest] = rows.map(signalsOf);
  const common = Object.keys(first ?? {}).filter(name => rest.every(each => name in each));
  return rows.map(row => {
    const own = signalsOf(row);
    const signals = Object.fromEntries(common.map(name => [name, own[name]]));
    return { ...row, local: { ...row.local, signals } };
  });
}
