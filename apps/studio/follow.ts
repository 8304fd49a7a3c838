import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { key, open, Refusal } from './api.ts';

/** What has happened in runs since the update before: ids and figures. */
export interface RunsUpdate {
  readonly ended: readonly string[];
  readonly runs: number;
  readonly answered: number;
  readonly local: number;
  readonly costUsd: number;
  readonly savedUsd: number;
  readonly compared: number;
  readonly atWork: readonly {
    readonly id: string;
    readonly calls: number;
    readonly answered: number;
    readonly leftCharacters: number;
  }[];
}

/**
 * `runs` with its update; `again` where what is shown is to be read again: events were missed, or
 * another process wrote.
 */
export type Told = { readonly type: 'runs'; readonly update: RunsUpdate } | { type: 'again' };

type Listener = (told: Told) => void;

/** Whether the gateway tells this page what happens. */
export const isFollowing = signal(false);

const listeners = new Set<Listener>();
const firstWaitMs = 1000;
const mostWaitMs = 15_000;
let leave: AbortController | undefined;
let lastId = '';

/** Calls back with what happens in runs, while it is used and the page is seen. */
export function useFollowed(listener: Listener): void {
  const latest = useRef(listener);
  latest.current = listener;
  useEffect(() => {
    const own: Listener = told => latest.current(told);
    listeners.add(own);
    turn();
    return () => {
      listeners.delete(own);
      turn();
    };
  }, []);
}

// A page that nobody sees costs nothing; it goes on after its last event when it is seen again.
document.addEventListener('visibilitychange', turn);

function turn(): void {
  const isWanted = listeners.size > 0 && !document.hidden && key.value !== '';
  if (isWanted && !leave) {
    leave = new AbortController();
    void follow(leave.signal);
  }
  if (isWanted || !leave) return;
  leave.abort();
  leave = undefined;
}

async function follow(gone: AbortSignal): Promise<void> {
  let waitMs = firstWaitMs;
  while (!gone.aborted) {
    try {
      const headers: Record<string, string> = lastId === '' ? {} : { 'last-event-id': lastId };
      const response = await open('/v1/events', { headers, signal: gone });
      isFollowing.value = true;
      waitMs = firstWaitMs;
      await read(response);
    } catch (error) {
      // A key that may not follow never may; a server that is away may be back.
      if (error instanceof Refusal && error.status < 500) break;
    }
    isFollowing.value = false;
    if (!gone.aborted) await new Promise(done => setTimeout(done, waitMs));
    waitMs = Math.min(mostWaitMs, 2 * waitMs);
  }
}

async function read(response: Response): Promise<void> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const events = `${rest}${value}`.split('\n\n');
    rest = events.pop()!;
    for (const event of events) take(event);
  }
}

function take(event: string): void {
  const fields = new Map(
    event.split('\n').map(line => {
      const [name = '', ...value] = line.split(': ');
      return [name, value.join(': ')];
    }),
  );
  const type = fields.get('event');
  lastId = fields.get('id') ?? lastId;
  if (type === 'reset' || type === 'elsewhere') tell({ type: 'again' });
  if (type === 'runs') tell({ type, update: JSON.parse(fields.get('data') ?? '{}') });
}

function tell(told: Told): void {
  for (const listener of listeners) listener(told);
}
