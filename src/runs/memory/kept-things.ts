import type { Kept, KeptHead, KeptKind } from '../store.ts';

interface Thing {
  /** Counts what is kept: the newest has the highest. */
  readonly number: number;
  readonly item: Kept;
}

type ThingsByOwner = Map<string, Map<string, Thing>>;

/** What is kept, by kind, owner and id; of one owner, what was kept last stands last. */
export interface KeptThings {
  readonly byKind: Map<KeptKind, ThingsByOwner>;
  count: number;
}

/** Keeps something in the place of what was there. */
export function putThing(
  things: KeptThings,
  item: Kept,
  { ifAbsent = false, newest }: { readonly ifAbsent?: boolean; readonly newest?: number } = {},
): void {
  const byOwner = getOrMake(things.byKind, item.kind, (): ThingsByOwner => new Map());
  const byId = getOrMake(byOwner, item.owner, () => new Map<string, Thing>());
  if (ifAbsent && byId.has(item.id)) return;
  byId.delete(item.id);
  byId.set(item.id, { number: things.count++, item: copyOf(item) });
  if (newest !== undefined) dropOldest(byOwner, newest);
}

export function getThing(
  things: KeptThings,
  kind: KeptKind,
  owner: string,
  id: string,
): Kept | undefined {
  const found = things.byKind.get(kind)?.get(owner)?.get(id);
  return found && copyOf(found.item);
}

/** Lists what is kept, newest first. */
export function listThings(
  things: KeptThings,
  kind: KeptKind,
  owner: string,
  limit: number,
): KeptHead[] {
  const newestFirst = ownedBy(things, kind, owner).reverse();
  return newestFirst.slice(0, limit).map(({ item: { body: _body, ...head } }) => head);
}

export function sizeOfThings(things: KeptThings, kind: KeptKind, owner: string): number {
  return ownedBy(things, kind, owner).reduce((sum, { item }) => sum + item.size, 0);
}

/** Forgets one, or with no id all of its kind and owner; false if there was none. */
export function removeThings(
  things: KeptThings,
  kind: KeptKind,
  owner: string,
  id?: string,
): boolean {
  const byOwner = things.byKind.get(kind);
  const byId = byOwner?.get(owner);
  if (!byOwner || !byId) return false;
  if (id === undefined) return byOwner.delete(owner);
  const wasThere = byId.delete(id);
  if (byId.size === 0) byOwner.delete(owner);
  return wasThere;
}

/** Forgets all of a kind that was kept before an ISO time. */
export function removeOlder(things: KeptThings, kind: KeptKind, before: string): void {
  for (const byId of things.byKind.get(kind)?.values() ?? [])
    for (const [id, { item }] of byId) if (item.at < before) byId.delete(id);
}

function ownedBy(things: KeptThings, kind: KeptKind, owner: string): Thing[] {
  return [...(things.byKind.get(kind)?.get(owner)?.values() ?? [])];
}

function dropOldest(byOwner: ThingsByOwner, newest: number): void {
  const all = [...byOwner.values()].flatMap(byId => [...byId.values()]);
  if (all.length <= newest) return;
  all.sort((a, b) => b.number - a.number);
  for (const { item } of all.slice(newest)) {
    byOwner.get(item.owner)?.delete(item.id);
    if (byOwner.get(item.owner)?.size === 0) byOwner.delete(item.owner);
  }
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

// Bytes are whoever's that gave them, or asked for them; these are the store's.
function copyOf(item: Kept): Kept {
  return typeof item.body === 'string' ? item : { ...item, body: new Uint8Array(item.body) };
}
