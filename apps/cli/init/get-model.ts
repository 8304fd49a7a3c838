import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Diagnosis, fetchModelFile, pullerOf } from '../../../src/entries/backends.ts';
import type { Invocation } from '../command.ts';
import { progressBar } from '../page/progress-bar.ts';
import { fittingModels, thisMachine } from '../recommend/fitting-models.ts';
import { askLine, type Choice, choose, confirm } from './prompts.ts';

/** A way to a local model that is not there yet. Its result is the model's spec. */
export type Getting = () => Promise<string | undefined>;

/** The ways to get a model here: what Ollama pulls, and a file by its address. */
export function waysToGet(invocation: Invocation, { servers }: Diagnosis): Choice<Getting>[] {
  const pulling = servers.flatMap(({ scheme, state, origin }): Choice<Getting>[] => {
    const puller = state === 'running' ? pullerOf(scheme) : undefined;
    if (!puller) return [];
    const way = () => pull(invocation, { puller, scheme, endpoint: origin });
    return [
      { label: `get a model with ${scheme} …`, hint: 'asks which, and pulls it', value: way },
    ];
  });
  const fetching = {
    label: 'fetch a GGUF file …',
    hint: 'by its address and checksum; runs in this process',
    value: () => fetchFile(invocation),
  };
  return [...pulling, fetching];
}

interface Pulling {
  readonly puller: NonNullable<ReturnType<typeof pullerOf>>;
  readonly scheme: string;
  readonly endpoint: string;
}

async function pull(
  invocation: Invocation,
  { puller, scheme, endpoint }: Pulling,
): Promise<string | undefined> {
  const { best, alternatives } = fittingModels(thisMachine(), ['chat']);
  const fitting = [...(best ? [best] : []), ...alternatives];
  const choices: Choice<string | undefined>[] = [
    ...fitting.map(({ name, gigabytes, licence }) => ({
      label: name,
      hint: `${gigabytes} GB, ${licence}`,
      value: name,
    })),
    { label: 'another …', hint: 'of ollama.com/library', value: undefined },
  ];
  const chosen = await choose(invocation, 'Which model fits this machine', choices);
  const model = chosen ?? (await askLine(invocation, 'Its name', { problemOf: nameProblem }));
  const size = fitting.find(({ name }) => name === model)?.gigabytes;
  const about = size === undefined ? '' : ` (about ${size} GB)`;
  if (!(await confirm(invocation, `Let ${scheme} pull ${model}${about}?`, true))) return undefined;
  const { terminal, signal } = invocation;
  const show = progressBar(terminal);
  const onProgress = (received: number, total: number) =>
    show(
      total === 0 ? 0 : received / total,
      `${inMegabytes(received)} of ${inMegabytes(total)} MB`,
    );
  try {
    await puller({ endpoint, model, signal, onProgress });
  } catch (error) {
    if (signal.aborted)
      terminal.note(`${scheme} keeps what it has fetched, and goes on if it is asked again.`);
    throw error;
  }
  terminal.note(`${scheme} has ${model}.`);
  return `${scheme}:${model}`;
}

async function fetchFile(invocation: Invocation): Promise<string | undefined> {
  const { terminal, env } = invocation;
  const source = await askLine(invocation, 'Address of the file', {
    placeholder: 'https://…/NAME.gguf',
    problemOf: typed =>
      /^https:\/\/\S+\.gguf$/.test(typed)
        ? undefined
        : 'It begins with https:// and ends in .gguf.',
  });
  const sha256 = await askLine(invocation, 'Its SHA-256, as its publisher says', {
    problemOf: typed =>
      /^[\da-f]{64}$/i.test(typed) ? undefined : 'These are 64 hexadecimal digits.',
  });
  if (!(await confirm(invocation, `Fetch ${source}?`, true))) return undefined;
  const show = progressBar(terminal);
  const path = await fetchModelFile({
    source,
    sha256,
    folder: join(env.XDG_DATA_HOME || join(env.HOME || homedir(), '.local', 'share'), 'tandem'),
    onProgress: (received, total) =>
      show(total === undefined ? 0 : received / total, `${inMegabytes(received)} MB`),
  });
  terminal.note(
    `The file is at ${path}. What runs it here: ` +
      'npm install --save-dev --ignore-scripts node-llama-cpp',
  );
  return `llama-cpp:${path}`;
}

function nameProblem(typed: string): string | undefined {
  return /^[\w.-]+(?:\/[\w.-]+)*(?::[\w.-]+)?$/.test(typed)
    ? undefined
    : 'A name such as phi4-mini or qwen2.5:1.5b.';
}

function inMegabytes(bytes: number): string {
  return Math.round(bytes / 1e6).toLocaleString('en-US');
}
