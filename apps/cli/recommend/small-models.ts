/** What a local model is wanted for. */
export const jobs = {
  chat: 'drafts and answers (cascade, router, chat)',
  read: 'reading documents in parts (minions, chain, auto, table)',
  steps: 'steps of long tasks by votes (maker, solve)',
  code: 'code',
  images: 'pictures',
} as const;

/** Name of a job. */
export type Job = keyof typeof jobs;

/** A small model that Ollama’s library has, at its usual 4 bits. */
export interface SmallModel {
  /** As Ollama names it. */
  readonly name: string;
  /** Billions of parameters. */
  readonly billions: number;
  /** About how much is fetched, in GB; as much is held in memory. */
  readonly gigabytes: number;
  readonly licence: string;
  readonly jobs: readonly Job[];
}

/**
 * Models by size, the better of two of a size first. Under a billion parameters a model reads and
 * judges too badly to be a worker or a classifier, so that none of that size is listed for it.
 */
export const smallModels: readonly SmallModel[] = [
  model('qwen2.5-coder:0.5b', [0.5, 0.4], 'Apache-2.0', ['steps']),
  model('gemma3:1b', [1, 0.8], 'Gemma', ['chat', 'steps']),
  model('qwen2.5-coder:1.5b', [1.5, 1], 'Apache-2.0', ['read', 'steps', 'code']),
  model('qwen2.5:1.5b', [1.5, 1], 'Apache-2.0', ['chat', 'read', 'steps']),
  model('llama3.2:3b', [3.2, 2], 'Llama 3.2', ['chat', 'read', 'steps']),
  model('phi4-mini', [3.8, 2.5], 'MIT', ['chat', 'read', 'steps', 'code']),
  model('gemma3:4b', [4.3, 3.3], 'Gemma', ['chat', 'read', 'steps', 'images']),
  model('qwen2.5-coder:7b', [7.6, 4.7], 'Apache-2.0', ['read', 'steps', 'code']),
  model('qwen2.5:7b', [7.6, 4.7], 'Apache-2.0', ['chat', 'read', 'steps']),
  model('gemma3:12b', [12, 8.1], 'Gemma', ['chat', 'read', 'steps', 'images']),
  model('phi4', [14.7, 9.1], 'MIT', ['chat', 'read', 'steps', 'code']),
];

function model(
  name: string,
  [billions, gigabytes]: readonly [number, number],
  licence: string,
  able: readonly Job[],
): SmallModel {
  return { name, billions, gigabytes, licence, jobs: able };
}
