import type { RunDetails } from '../../../src/entries/runs.ts';
import type { Exchange } from '../exchange.ts';
import { type Caller, requireScope } from '../policy/keys.ts';
import { responses } from '../routes/responses.ts';
import { startRun } from '../routes/runs.ts';
import type { Services } from '../services.ts';
import { checkBody } from '../wire/check-body.ts';
import { noControls } from '../wire/controls.ts';
import { problemOf } from '../wire/problem.ts';
import type { RunProgram } from './runs.ts';

// A run that ends every process that takes it is left to whoever asks for it.
const mostTimes = 3;
const pageLength = 200;
const part = 'handed-on';
const unavailable = 503;

/** Looks now and then for long runs that nobody is at work on any more. */
export interface HandOver {
  begin(): void;
  /** Whether a run that nobody is at work on will be gone on with, as far as is known here. */
  isExpected(run: Pick<RunDetails, 'id' | 'state' | 'holder' | 'program'>): boolean;
  close(): Promise<void>;
}

/**
 * Goes on with the long runs of servers on the same store that have died or were ended, as their
 * callers started them; what is finished is not paid again. Their leases tell who is at work.
 */
export function openHandOver(services: () => Services, everyMs = 8000): HandOver {
  const passed = new Set<string>();
  let isOn = false;
  let looking: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    // A store that cannot be read now is read at the next look.
    looking = looking.then(() => takeOver(services(), passed)).catch(() => {});
  };
  return {
    begin() {
      isOn = true;
      timer = setInterval(look, everyMs).unref();
    },
    isExpected: ({ id, state, holder, program }) =>
      isOn &&
      holder === null &&
      state === 'running' &&
      (program as RunProgram | null)?.command === 'serve' &&
      !passed.has(id),
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}

async function takeOver(services: Services, passed: Set<string>): Promise<void> {
  for await (const id of abandoned(services)) {
    if (!services.isReady()) return;
    if (passed.has(id)) continue;
    const problem = await goOn(services, id);
    // No room here, or a store that is away: it is looked at again.
    if (problem?.status === unavailable) return;
    // What was taken may be left again, by this process last.
    if (problem) passed.add(id);
  }
}

async function* abandoned({ runs }: Services): AsyncGenerator<string> {
  for (let after: string | undefined; ; ) {
    const asked = { limit: pageLength, state: 'running' as const, ...(after && { after }) };
    const page = await runs.journal.page(asked);
    for (const { id, holder } of page.runs) if (holder === null && !runs.isAtWork(id)) yield id;
    if (page.next === undefined) return;
    after = page.next;
  }
}

// Why it was not gone on with, where it was not.
async function goOn(services: Services, id: string): Promise<{ status: number } | undefined> {
  const { journal } = services.runs;
  const program = (await journal.show(id)).program as RunProgram | null;
  if (program?.command !== 'serve') return notOurs;
  const caller = callerNamed(services, program.owner);
  if (!caller) return notOurs;
  const { times = 0 } = ((await journal.readBeside(id, part)) ?? {}) as { times?: number };
  if (times >= mostTimes) return notOurs;
  const count = (taken: number) =>
    journal.keepBeside(id, part, { facts: {}, content: { times: taken } });
  // Before it begins, since it may end this process.
  await count(times + 1);
  try {
    await started({ services, caller, runId: id }, program.body as object);
    return undefined;
  } catch (error) {
    const problem = problemOf(error);
    if (problem.status === unavailable) await count(times);
    return problem;
  }
}

// Nobody's program, of a key that is gone, or taken too often.
const notOurs = { status: 404 };

function callerNamed({ catalogue }: Services, name: string): Caller | undefined {
  const { keys } = catalogue().settings;
  if (keys.length === 0) return name === 'local' ? { name, key: undefined } : undefined;
  const key = keys.find(each => each.name === name);
  return key && { name, key };
}

type Asking = Pick<Exchange, 'services' | 'caller'> & { readonly runId: string };

async function started(asking: Asking, body: object): Promise<void> {
  const isResponse = 'background' in body;
  const route = isResponse ? responses : startRun;
  requireScope(asking.caller, route.scope!);
  await route.handle({
    ...asking,
    catalogue: asking.services.catalogue(),
    body: checkBody(route.request!, body),
    headers: new Headers(),
    params: {},
    query: new URLSearchParams(),
    controls: noControls,
    bytes: new Uint8Array(),
    signal: new AbortController().signal,
    audit: {},
  });
}
