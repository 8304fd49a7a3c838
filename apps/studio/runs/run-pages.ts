import { signal } from '@preact/signals';
import { get } from '../api.ts';
import type { RunList } from '../api-types.ts';

/** A run in the list. */
export type Row = RunList['data'][number];

/** Rows of a page of the list, as one request brings them. */
export const pageRows = 100;
const restMs = 40;
const mostWanted = 2;
const mostPages = 60;

/**
 * The runs of a filter: without one, any stretch of the list is read when it is looked at; with
 * one, the list grows as its end is reached.
 */
export class RunPages {
  readonly query: string;
  readonly error = signal<Error | undefined>(undefined);
  /** How many rows the list has; undefined before the first answer. */
  readonly length = signal<number | undefined>(undefined);
  /** Rises when rows have come. */
  readonly version = signal(0);
  readonly first = signal<RunList | undefined>(undefined);
  /** Where a filter gave up; it goes on when more is asked for. */
  readonly lookedBackTo = signal<string | null>(null);
  private readonly pages = new Map<number, readonly Row[]>();
  private readonly asked = new Set<number>();
  private found: Row[] = [];
  private next: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isGone = false;

  constructor(query: string) {
    this.query = query;
    void this.begin();
  }

  /** The row at a place; undefined where it is still to come. */
  at(index: number): Row | undefined {
    if (this.query !== '') return this.found[index];
    return this.pages.get(Math.floor(index / pageRows))?.[index % pageRows];
  }

  /** Asks for what is looked at, once the list rests. */
  look(from: number, to: number): void {
    if (this.query !== '') return;
    clearTimeout(this.timer);
    const wanted = [Math.floor(from / pageRows), Math.floor(to / pageRows)];
    const missing = [...new Set(wanted)].filter(
      page => !this.pages.has(page) && !this.asked.has(page),
    );
    if (missing.length === 0) return;
    this.timer = setTimeout(() => {
      for (const page of missing.slice(0, mostWanted)) void this.read(page);
    }, restMs);
  }

  /** Reads on behind what was found. */
  async more(): Promise<void> {
    if (this.next === null) return;
    await this.guarded(async () => {
      const list = await get<RunList>(this.path({ after: this.next! }));
      this.append(list);
    });
  }

  /** Whether a run is among the newest that are shown. */
  hasFirst(id: string): boolean {
    return this.rowsOfFirst().some(row => row.id === id);
  }

  /** Reads the newest again where they are, if one of them was at work. */
  freshen(): void {
    const isAtWork = this.rowsOfFirst().some(({ state }) => state === 'running');
    if (this.query === '' && isAtWork && !this.asked.has(0)) void this.read(0);
  }

  private rowsOfFirst(): readonly Row[] {
    return this.query === '' ? (this.pages.get(0) ?? []) : this.found.slice(0, pageRows);
  }

  get hasMore(): boolean {
    return this.query !== '' && this.next !== null;
  }

  /** Reads no more. */
  leave(): void {
    this.isGone = true;
    clearTimeout(this.timer);
  }

  /** Reads the newest again. */
  async begin(): Promise<void> {
    await this.guarded(async () => {
      const list = await get<RunList>(this.path({}));
      this.pages.clear();
      this.found = [];
      this.pages.set(0, list.data);
      this.first.value = list;
      this.append(list);
    });
  }

  private append(list: RunList): void {
    this.found.push(...list.data);
    this.next = list.next;
    this.lookedBackTo.value = list.lookedBackTo;
    this.length.value =
      this.query === '' ? Math.max(list.total ?? 0, list.data.length) : this.found.length;
    this.version.value++;
  }

  private async read(page: number): Promise<void> {
    this.asked.add(page);
    await this.guarded(async () => {
      const skip = String(page * pageRows);
      const { anchor } = this.first.value ?? {};
      const list = await get<RunList>(this.path({ skip, ...(anchor && { after: anchor }) }));
      this.pages.set(page, list.data);
      if (this.pages.size > mostPages) this.pages.delete(this.pages.keys().next().value!);
      this.version.value++;
    });
    this.asked.delete(page);
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      if (!this.isGone) this.error.value = undefined;
    } catch (error) {
      if (!this.isGone) this.error.value = error as Error;
    }
  }

  private path(given: Readonly<Record<string, string>>): string {
    const asked = new URLSearchParams({ limit: String(pageRows), ...given });
    if (this.query !== '') asked.set('q', this.query);
    return `/v1/runs?${asked}`;
  }
}
