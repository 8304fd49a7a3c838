import { startServerProcess } from '../gateway-process.ts';

/** A gateway with a full journal, in a process of its own. */
export interface ServedPage extends AsyncDisposable {
  readonly url: string;
  /** The address of the page with its key. */
  readonly studio: string;
  readonly key: string;
  readonly runs: number;
  readonly folder: string;
  /** Asks a question; returns the id of its run. */
  ask(content: string, model?: string): Promise<string>;
  /** Reads from the gateway with the key of the page. */
  get<Answer>(path: string): Promise<Answer>;
  /** The 99th percentile of the event loop's delay since the last report, in milliseconds. */
  delayMs(): Promise<number>;
}

/** Starts one. */
export async function servePage(folder: string, runs: number): Promise<ServedPage> {
  const child = await startServerProcess<{ readonly delayP99Ms: number }>('studio-child.ts', [
    folder,
    String(runs),
  ]);
  const studio = String(child.told.studio);
  const key = studio.split('#key=')[1] ?? '';
  const json = async (path: string, init: RequestInit = {}) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const response = await fetch(`${child.url}${path}`, { ...init, headers });
    return { response, body: JSON.parse(await response.text()) };
  };
  return {
    ...{ url: child.url, studio, key, runs, folder },
    async ask(content, model = 'support') {
      const messages = [{ role: 'user', content }];
      const body = JSON.stringify({ model, messages });
      const { response } = await json('/v1/chat/completions', { method: 'POST', body });
      return response.headers.get('x-tandem-run-id') ?? '';
    },
    get: async path => (await json(path)).body,
    async delayMs() {
      const { delayP99Ms } = await child.report();
      child.send('reset');
      return delayP99Ms;
    },
    [Symbol.asyncDispose]: () => child.close(),
  };
}
