import { textOf } from '../../../model/answer.ts';
import { TandemError } from '../../../model/errors.ts';
import { nodeCrypto } from '../../../model/node-crypto.ts';
import type { Ask } from '../../../model/pattern/ask.ts';
import type { CellState } from '../../../model/run/ports.ts';
import type { Answer, Call, LanguageModel } from '../../../model/types.ts';
import type { FormWatch } from './form-watch.ts';
import { formCall } from './job-call.ts';
import { instructionsOfJob } from './job-prompt.ts';
import type { Job } from './jobs.ts';
import { isRead, type Output, readOutput } from './read-output.ts';

/** What became of one job; `left` if its chunk was not shown to the worker. */
export interface JobResult {
  readonly job: Job;
  readonly output: Output | TandemError | 'left';
  readonly isReused: boolean;
  /** Whether the worker saw no more of the chunk than its part nearest to the question. */
  readonly isOfPart?: boolean;
}

/**
 * Lets a worker fill in a form about a chunk, unless it is known before, or the worker is unable.
 */
export async function askForm(
  ask: Ask,
  { worker, watch }: { readonly worker: LanguageModel; readonly watch: FormWatch },
  job: Job,
): Promise<JobResult> {
  const known = await ask.documents?.recall?.(job.passage.document.id, keyOf(worker, job));
  if (known !== undefined) {
    const output = readOutput(job, known);
    tell(ask, job, typeof output === 'string' ? 'nothing' : 'reused');
    return { job, output, isReused: true };
  }
  if (watch.isUnable()) return { job, output: 'left', isReused: false };
  tell(ask, job, 'running');
  try {
    const call = formCall(job);
    const { answer, output } = await askOnceOrTwice(ask, worker, { job, call });
    if (!TandemError.isInstance(output)) watch.note(isRead(output));
    // Not waited for: what is lost with the process is read again. What was not understood is not
    // kept either.
    if (!TandemError.isInstance(output) && isRead(output))
      ask.documents
        ?.remember?.(job.passage.document.id, keyOf(worker, job), textOf(answer))
        .catch(() => {});
    tell(ask, job, stateOf(output), answer);
    return { job, output, isReused: false };
  } catch (error) {
    // One chunk that cannot be read is a gap to report, not the end of the others.
    if (!TandemError.isInstance(error) || error.code !== 'model_failed') throw error;
    tell(ask, job, 'failed');
    return { job, output: error, isReused: false };
  }
}

// A server that takes no schema beside the prompt binds nobody to it: what cannot be read is asked
// for once more.
async function askOnceOrTwice(
  ask: Ask,
  worker: LanguageModel,
  { job, call }: { readonly job: Job; readonly call: Call },
) {
  const answer = await ask(worker, call, { id: job.id });
  const output = outputOf(job, answer, call);
  if (output !== 'malformed' || !isUnbound(answer)) return { answer, output };
  // At the same temperature it would only repeat itself.
  const again = await ask(worker, { ...call, temperature: 0.4 }, { id: `${job.id} again` });
  return { answer: again, output: outputOf(job, again, call) };
}

function isUnbound({ warnings }: Answer): boolean {
  return warnings.some(
    warning => warning.type === 'unsupported' && warning.feature === 'responseFormat',
  );
}

// No tokenizer makes tokens of seven characters on average: so few mean that the server has cut the
// prompt in silence.
const charactersPerTokenAtMost = 7;

function outputOf(job: Job, answer: Answer, call: Call): Output | TandemError {
  const { total } = answer.usage.inputTokens;
  const content = call.prompt.at(-1)!.content as readonly { readonly text: string }[];
  const characters = content.reduce((sum, { text }) => sum + text.length, 0);
  if (total !== undefined && total > 0 && total * charactersPerTokenAtMost < characters) {
    const message =
      `The worker read ${total} tokens of a prompt of ${characters} characters. ` +
      'Give it a larger context, or cut smaller chunks.';
    return new TandemError('model_failed', message, { data: { tokens: total, characters } });
  }
  return answer.finishReason.unified === 'length' ? 'cut' : readOutput(job, textOf(answer));
}

function stateOf(output: Output | TandemError): CellState {
  if (TandemError.isInstance(output)) return 'failed';
  if (typeof output !== 'string') return 'found';
  return output === 'abstained' ? 'nothing' : 'refused';
}

/** Tells the state of a job, and what it has read and written. */
export function tell(ask: Ask, { row, column }: Job, state: CellState, answer?: Answer): void {
  const { inputTokens, outputTokens } = answer?.usage ?? {};
  const tokens = (inputTokens?.total ?? 0) + (outputTokens?.total ?? 0);
  ask.progress({ kind: 'cell', pattern: 'minions', row, column, state, tokens });
}

function keyOf({ provider, modelId }: LanguageModel, { task, passage, sample }: Job): string {
  const asked = [
    provider,
    modelId,
    instructionsOfJob,
    task.question,
    passage.context ?? '',
    passage.start,
    passage.end,
    sample,
  ];
  return nodeCrypto().hash('sha256', JSON.stringify(asked), 'base64url');
}
