import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { TandemError } from '../model/errors.ts';
import type { Journal, RunJournal, StepAddress } from '../model/run/ports.ts';
import type { Answer } from '../model/types.ts';
import { answerFromJson, answerToJson } from '../runs/run-entries.ts';

/** Options of a cassette. */
export interface CassetteOptions {
  /** The file, JSON, to be committed beside the test. */
  readonly path: string;
  /**
   * `record` makes the calls and keeps them; `replay` makes none. Default: `replay` if the file is
   * there.
   */
  readonly mode?: 'record' | 'replay';
}

/** A journal that plays recorded calls. */
export interface Cassette extends Journal {
  /** Writes what was recorded; does nothing when replaying. */
  save(): void;
}

interface Take {
  readonly model: string;
  readonly prompt: string;
  readonly options: string;
  readonly answer: unknown;
}

/**
 * Opens a cassette for `run({ journal: cassette(…) }, …)`: record once, then replay with no
 * network. Calls are known by their model, prompt and options, whatever run or pattern makes them;
 * one that was not recorded fails the test.
 * @throws TandemError `script_violated`
 */
export function cassette({
  path,
  mode = existsSync(path) ? 'replay' : 'record',
}: CassetteOptions): Cassette {
  const takes: Take[] = mode === 'replay' ? readTakes(path) : [];
  const answersByCall = new Map<string, string[]>();
  for (const { answer, ...digest } of takes) add(answersByCall, digest, JSON.stringify(answer));
  const playedByCall = new Map<string, number>();
  const record: RunJournal = {
    decide: () => {},
    read: () => {},
    end: () => {},
    intend: async () => {},
    find(step): Answer | undefined {
      if (mode === 'record') return undefined;
      const call = callOf(step.digest);
      const played = playedByCall.get(call) ?? 0;
      const answer = answersByCall.get(call)?.[played];
      if (answer === undefined) throw unrecorded(path, step);
      playedByCall.set(call, played + 1);
      return answerFromJson(answer);
    },
    async record({ digest, answer }) {
      if (mode === 'record' && answer)
        takes.push({ ...digest, answer: JSON.parse(answerToJson(answer)) });
    },
  };
  return {
    begin: () => record,
    save() {
      if (mode === 'record') writeFileSync(path, `${JSON.stringify(takes, null, 2)}\n`);
    },
  };
}

function readTakes(path: string): Take[] {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Take[];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TandemError(
      'script_violated',
      `The cassette ${path} cannot be read: ${why}. Record it again.`,
      {
        cause: error,
      },
    );
  }
}

function add(answers: Map<string, string[]>, digest: StepAddress['digest'], answer: string): void {
  const call = callOf(digest);
  answers.set(call, [...(answers.get(call) ?? []), answer]);
}

function callOf({ model, prompt, options }: StepAddress['digest']): string {
  return `${model}|${prompt}|${options}`;
}

function unrecorded(path: string, step: StepAddress): TandemError {
  const place = step.slot.split('>').at(-1) ?? step.slot;
  return new TandemError(
    'script_violated',
    `The cassette ${path} holds no call to "${step.digest.model}" at "${place}" as it is made ` +
      'now. Record it again.',
    { data: { place, model: step.digest.model } },
  );
}
