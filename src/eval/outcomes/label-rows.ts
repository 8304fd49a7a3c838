import { TandemError } from '../../model/errors.ts';
import type { Decoding } from '../saved-forms.ts';
import { decodingIn } from './decoding.ts';
import { type JsonLine, jsonLines, readLog } from './json-lines.ts';
import { noPrompt } from './outcome-layouts.ts';

/** What one model said to a request, judged or not. */
export interface LabelOutcome {
  readonly model?: string | undefined;
  readonly answer?: string | undefined;
  /** How right it is, 0..1; absent where nobody has said. */
  readonly correct?: number | undefined;
  readonly [more: string]: unknown;
}

/**
 * A request with what is known of its answers: what `tandem label` turns into a row of an outcome
 * log.
 */
export interface LabelRow {
  readonly id: string;
  readonly prompt: string;
  readonly group?: string | undefined;
  readonly split?: string | undefined;
  readonly reference?: string | undefined;
  /** How both answers were decoded; absent where nobody has noted it. */
  readonly decoding?: Decoding | undefined;
  /** Which rule said who is right; absent where nobody has. */
  readonly by?: string | undefined;
  readonly local?: LabelOutcome | undefined;
  readonly cloud?: LabelOutcome | undefined;
}

/**
 * Reads what is to be labelled: one JSON object a line with at least a `prompt`; of ours, or in
 * RouteLLM's layout (`weak_answer`, `strong_answer`, `gold`). @throws TandemError
 * `invalid_argument` with the line
 * @example
 * ```ts
 * for (const { prompt } of readLabelRows('to-label.jsonl')) console.log(prompt);
 * ```
 */
export function readLabelRows(path: string): LabelRow[] {
  const rows = [...jsonLines(readLog(path), path)].map(rowOf);
  if (rows.length > 0) return rows;
  throw new TandemError(
    'invalid_argument',
    `${path} holds no rows. Give one JSON object with a "prompt" a line.`,
  );
}

type RowFields = JsonLine['fields'];

function rowOf({ fields, line, bad }: JsonLine): LabelRow {
  const prompt = textIn(fields, 'prompt');
  if (prompt === undefined) throw bad(noPrompt(fields));
  const [local, cloud] = [outcomeIn(fields, 'local', 'weak'), outcomeIn(fields, 'cloud', 'strong')];
  for (const [role, outcome] of [
    ['local', local],
    ['cloud', cloud],
  ] as const) {
    const { correct } = outcome ?? {};
    if (correct !== undefined && !(correct >= 0 && correct <= 1))
      throw bad(`"${role}.correct" must be from 0 to 1`);
  }
  const decoding = decodingIn(fields.decoding);
  const by = textIn(fields, 'by');
  return {
    id: textIn(fields, 'id') ?? `line ${line}`,
    prompt,
    group: textIn(fields, 'group') ?? textIn(fields, 'subject'),
    split: textIn(fields, 'split'),
    reference: textIn(fields, 'reference') ?? textIn(fields, 'gold'),
    ...(decoding && { decoding }),
    ...(by !== undefined && { by }),
    local,
    cloud,
  };
}

function outcomeIn(fields: RowFields, ours: string, theirs: string): LabelOutcome | undefined {
  const own = fields[ours];
  if (typeof own === 'object' && own !== null) {
    const { correct, ...rest } = own as LabelOutcome;
    return {
      ...rest,
      ...(correct !== undefined && correct !== null && { correct: Number(correct) }),
    };
  }
  const answer = textIn(fields, `${theirs}_answer`);
  const correct = fields[`${theirs}_correct`];
  if (answer === undefined && correct === undefined) return undefined;
  return {
    model: textIn(fields, `${theirs}_model`),
    answer,
    ...(correct !== undefined && { correct: Number(correct) }),
  };
}

function textIn(fields: RowFields, key: string): string | undefined {
  const value = fields[key];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
