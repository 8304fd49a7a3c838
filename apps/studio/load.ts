import { useEffect, useState } from 'preact/hooks';
import { get } from './api.ts';

/** What is read, or why it is not; the last that came stays while it is read again. */
export interface Loaded<Answer> {
  readonly data: Answer | undefined;
  readonly error: Error | undefined;
  again(): void;
}

/** Reads a path of the gateway, and again when it changes, or every so many milliseconds. */
export function useLoaded<Answer>(path: string | undefined, everyMs?: number): Loaded<Answer> {
  const [state, setState] = useState<{ path?: string; data?: Answer; error?: Error }>({});
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (path === undefined) return undefined;
    const controller = new AbortController();
    get<Answer>(path, controller.signal).then(
      data => setState({ path, data }),
      (error: Error) => {
        if (controller.signal.aborted) return;
        setState(known => ({ ...(known.path === path && known), path, error }));
      },
    );
    return () => controller.abort();
  }, [path, turn]);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden) setTurn(last => last + 1);
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  const isOwn = state.path === path;
  return {
    data: isOwn ? state.data : undefined,
    error: isOwn ? state.error : undefined,
    again: () => setTurn(last => last + 1),
  };
}
