import { parseJson } from '../../algorithms/text/written/bounded-json.ts';
import { TandemError } from '../../model/errors.ts';
import { guardedFetch } from '../../model/guarded-fetch.ts';

/** What is pulled, and from which Ollama. */
export interface PullOptions {
  /** Address of the Ollama: `http://127.0.0.1:11434`. */
  readonly endpoint: string;
  /** As Ollama's library names it: `phi4-mini`, `qwen2.5:1.5b`. */
  readonly model: string;
  /** Is told how many bytes of how many are there; 0 of 0 while nothing is known. */
  readonly onProgress?: (received: number, total: number) => void;
  readonly signal?: AbortSignal;
  /** Replaces the network. */
  readonly fetch?: typeof globalThis.fetch;
}

/**
 * Lets an Ollama fetch a model from its library. A pull that is cut off is kept by Ollama, and goes
 * on when it is asked for again.
 * @throws TandemError `model_failed` in Ollama's words, or where it cannot be reached; the signal's
 * reason
 */
export async function pullModel(options: PullOptions): Promise<void> {
  const { endpoint, model, signal, onProgress } = options;
  const send = guardedFetch(options.fetch ?? globalThis.fetch, { endpoint });
  const response = await send(`${endpoint}/api/pull`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, stream: true }),
    ...(signal && { signal }),
  }).catch((cause: unknown) => {
    if (signal?.aborted || TandemError.isInstance(cause)) throw cause;
    throw failed(model, `Ollama at ${endpoint} cannot be reached`, cause);
  });
  const layers = new Map<string, { readonly received: number; readonly total: number }>();
  let isWhole = false;
  for await (const line of linesOf(response)) {
    const { error, status, digest, total, completed } = parseJson(line) as PullLine;
    if (error !== undefined) throw failed(model, `Ollama says: ${String(error)}`);
    if (status === 'success') isWhole = true;
    if (digest === undefined || total === undefined) continue;
    layers.set(digest, { received: completed ?? 0, total });
    const all = [...layers.values()];
    const sum = (key: 'received' | 'total') => all.reduce((before, each) => before + each[key], 0);
    onProgress?.(sum('received'), sum('total'));
  }
  if (!isWhole) throw failed(model, 'Ollama ended before it said that the model is there');
}

interface PullLine {
  readonly error?: unknown;
  readonly status?: string;
  readonly digest?: string;
  readonly total?: number;
  readonly completed?: number;
}

async function* linesOf(response: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of response.body ?? []) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines.filter(line => line.trim() !== '');
  }
  if (rest.trim() !== '') yield rest;
}

function failed(model: string, why: string, cause?: unknown): TandemError {
  const message = `"${model}" was not pulled. ${why}. Check its name at ollama.com/library.`;
  return new TandemError('model_failed', message, { data: { model }, cause });
}
