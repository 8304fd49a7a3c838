import { type Ears, elsewhereMs, farIn, isKnown, mostNamed, namedOf } from './ears.ts';
import { noSums, type RunSums } from './run-sums.ts';

/** Who follows, and from where. */
export interface Following {
  /** Whose runs are told; absent where all are. */
  readonly owner: string | undefined;
  /** The id of the last event that came. */
  readonly after: string | null;
  readonly signal: AbortSignal;
}

/** Says which run of a store is the newest one, and how it stands. */
export type Newest = (
  owner: string | undefined,
) => Promise<{ readonly id: string; readonly state: string } | undefined>;

/** Tells what happens, in events as they go over the wire. */
export async function* updates(
  ears: Ears,
  { owner, after, signal: gone }: Following,
  newest: Newest | undefined,
): AsyncGenerator<string> {
  const signal = AbortSignal.any([gone, ears.closing.signal]);
  const elsewhere = newest && lookElsewhere(ears, () => newest(owner));
  const view = viewFrom(ears, owner, after);
  yield eventOf(ears, view, view.isMissed ? 'reset' : 'following', {});
  while (!signal.aborted) {
    const found = take(ears, view);
    if (found) yield eventOf(ears, view, 'runs', found);
    if (await elsewhere?.()) yield eventOf(ears, view, 'elsewhere', {});
    await sleep(ears, signal, elsewhere && elsewhereMs);
    if (view.tick < ears.tick.number - ears.past.length) {
      view.tick = ears.tick.number;
      yield eventOf(ears, view, 'reset', {});
    }
  }
}

// Until something happens; a store that others write to is looked at meanwhile.
function sleep({ wakes }: Ears, signal: AbortSignal, mostMs: number | undefined): Promise<void> {
  return new Promise(resolve => {
    const wake = () => {
      clearTimeout(timer);
      wakes.delete(wake);
      signal.removeEventListener('abort', wake);
      resolve();
    };
    const timer = mostMs === undefined ? undefined : setTimeout(wake, mostMs);
    wakes.add(wake);
    signal.addEventListener('abort', wake);
    if (signal.aborted) wake();
  });
}

/** What one who follows has been told. */
interface View {
  readonly owner: string | undefined;
  readonly isMissed: boolean;
  /** The tick that is told next. */
  tick: number;
  atWork: ReadonlyMap<string, string>;
}

function viewFrom(ears: Ears, owner: string | undefined, after: string | null): View {
  const [epoch, told] = (after ?? '').split('.');
  const now = ears.tick.number;
  const tick = epoch === ears.epoch ? Number(told) : Number.NaN;
  const isKnown = tick <= now && tick >= now - ears.past.length;
  const isMissed = after !== null && !isKnown;
  return { owner, isMissed, tick: isKnown ? tick : now, atWork: new Map() };
}

function eventOf({ epoch }: Ears, { tick }: View, type: string, data: object): string {
  return `id: ${epoch}.${tick}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

// What has happened since, in one event; undefined where nothing has.
function take(ears: Ears, view: View): object | undefined {
  const { owner } = view;
  const past = ears.past.filter(({ number }) => number >= view.tick);
  view.tick = ears.tick.number;
  const ended = past.flatMap(tick =>
    owner === undefined ? [...tick.ended.values()] : (tick.ended.get(owner) ?? []),
  );
  const atWork = farIn(ears).filter(run => owner === undefined || run.owner === owner);
  const said = new Map(atWork.map(({ figures }) => [figures.id, JSON.stringify(figures)]));
  const fresh = atWork.filter(({ figures: { id } }) => view.atWork.get(id) !== said.get(id));
  view.atWork = said;
  if (ended.length === 0 && fresh.length === 0) return undefined;
  const sums = noSums();
  for (const of of ended)
    for (const key of Object.keys(sums) as (keyof RunSums)[]) sums[key] += of.sums[key];
  return {
    ended: ended.flatMap(namedOf).slice(-mostNamed),
    ...sums,
    atWork: fresh.slice(-mostNamed).map(({ figures }) => figures),
  };
}

// Tells whether the newest run of the store is another process's, or has gone on there.
function lookElsewhere(ears: Ears, newest: () => Promise<Awaited<ReturnType<Newest>>>) {
  let lastMs = performance.now();
  let last: string | undefined;
  return async () => {
    if (performance.now() - lastMs < elsewhereMs) return false;
    lastMs = performance.now();
    const found = await newest().catch(() => undefined);
    const said = found && !isKnown(ears, found.id) ? `${found.id} ${found.state}` : 'ours';
    const isNew = last !== undefined && said !== last && said !== 'ours';
    last = said;
    return isNew;
  };
}
