import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { clean, counted, dollars, number, when } from '../format.ts';
import { PlaceBadge, Problem, Waiting } from '../parts.tsx';
import { addressOf, go, place } from '../route.ts';
import { words } from '../words.ts';
import { NewRuns } from './new-runs.tsx';
import { type Row, RunPages } from './run-pages.ts';

const rowPx = 44;
const beyond = 8;
// Browsers cannot make an element taller; days further back are reached by a filter.
const mostRows = 400_000;

/** The list of runs with its filter: any place of it is one move of the scroll bar away. */
export function RunList({ chosen }: { readonly chosen: string | undefined }) {
  const query = place.value.query.get('q') ?? '';
  const pages = useMemo(() => new RunPages(query), [query]);
  useEffect(() => () => pages.leave(), [pages]);
  const length = Math.min(pages.length.value ?? 0, mostRows);
  const error = pages.error.value;
  return (
    <section class="list" aria-label={words.screens.runs}>
      {chosen === undefined && <h1 class="unseen">{words.screens.runs}</h1>}
      <FilterBar query={query} pages={pages} />
      {error && <Problem error={error} again={() => void pages.begin()} />}
      {pages.length.value === undefined && !error && <Waiting rows={12} />}
      {length > 0 && <Rows pages={pages} length={length} chosen={chosen} query={query} />}
      {pages.length.value === 0 && <Empty isFiltered={query !== ''} />}
      {pages.hasMore && <More pages={pages} />}
    </section>
  );
}

function FilterBar({ query, pages }: { readonly query: string; readonly pages: RunPages }) {
  const [typed, setTyped] = useState(query);
  useEffect(() => setTyped(query), [query]);
  const length = pages.length.value;
  const keeping = pages.first.value?.keeping ?? 'content';
  const send = (event: Event) => {
    event.preventDefault();
    go(addressOf('runs', [], { q: typed.trim() }));
  };
  return (
    <div class="bar">
      <search>
        <form onSubmit={send}>
          <input
            id="filter"
            type="search"
            value={typed}
            placeholder={words.filterHint}
            title={words.filter}
            aria-label={words.filter}
            onInput={event => setTyped(event.currentTarget.value)}
          />
        </form>
      </search>
      <p class="total" role="status">
        {length === undefined ? '' : totalWords(length, pages)}
      </p>
      <NewRuns pages={pages} />
      {words.notKept[keeping] !== '' && <p class="note">{words.notKept[keeping]}</p>}
    </div>
  );
}

function totalWords(length: number, pages: RunPages): string {
  if (pages.hasMore) return `more than ${number(Math.max(0, length - 1))} runs`;
  if (length > mostRows) return `${counted(length, 'run')}, the newest ${number(mostRows)} shown`;
  return counted(length, 'run');
}

function More({ pages }: { readonly pages: RunPages }) {
  const back = pages.lookedBackTo.value;
  return (
    <p class="more">
      {back !== null && <span>Looked back to {when(back)}. </span>}
      <button type="button" onClick={() => void pages.more()}>
        Look further
      </button>
    </p>
  );
}

function Empty({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) return <p class="empty">{words.noMatch}</p>;
  return (
    <div class="empty">
      <p>
        <strong>{words.noRuns}</strong> {words.noRunsAdvice}
      </p>
      <p>
        <a class="button" href={addressOf('try')}>
          {words.screens.try}
        </a>
      </p>
    </div>
  );
}

interface RowsProps {
  readonly pages: RunPages;
  readonly length: number;
  readonly chosen: string | undefined;
  readonly query: string;
}

function Rows({ pages, length, chosen, query }: RowsProps) {
  const box = useRef<HTMLDivElement>(null);
  const { top, height } = useScroll(box);
  const [active, setActive] = useState(0);
  pages.version.value;
  const from = Math.max(0, Math.floor(top / rowPx) - beyond);
  const to = Math.min(length, Math.ceil((top + height) / rowPx) + beyond);
  useEffect(() => pages.look(from, Math.max(from, to - 1)), [pages, from, to]);
  const openAt = (index: number) => {
    const row = pages.at(index);
    setActive(index);
    if (row) go(addressOf('runs', [row.id], { q: query }));
  };
  const move = (index: number) => {
    const next = Math.max(0, Math.min(length - 1, index));
    setActive(next);
    const element = box.current!;
    if (next * rowPx < element.scrollTop) element.scrollTop = next * rowPx;
    else if ((next + 1) * rowPx > element.scrollTop + element.clientHeight)
      element.scrollTop = (next + 1) * rowPx - element.clientHeight;
  };
  const shown = Array.from({ length: Math.max(0, to - from) }, (_, offset) => from + offset);
  return (
    <>
      <div class="row head" aria-hidden="true">
        <span>Time</span>
        <span>Answered</span>
        <span>Question</span>
        <span class="money">Cost</span>
      </div>
      <div
        ref={box}
        class="rows"
        role="listbox"
        tabIndex={0}
        aria-label={words.screens.runs}
        aria-activedescendant={`row-${active}`}
        onKeyDown={event => moved(event, { active, height, length, move, openAt })}
      >
        <div role="presentation" style={{ height: `${length * rowPx}px`, position: 'relative' }}>
          {shown.map(index => (
            <RunRow
              key={index}
              index={index}
              length={length}
              row={pages.at(index)}
              isActive={index === active}
              isChosen={pages.at(index)?.id === chosen}
              onOpen={() => openAt(index)}
            />
          ))}
        </div>
      </div>
    </>
  );
}

function useScroll(box: { readonly current: HTMLDivElement | null }) {
  const [view, setView] = useState({ top: 0, height: 600 });
  useLayoutEffect(() => {
    const element = box.current!;
    let isDue = false;
    const read = () => {
      isDue = false;
      setView({ top: element.scrollTop, height: element.clientHeight });
    };
    const soon = () => {
      if (isDue) return;
      isDue = true;
      requestAnimationFrame(read);
    };
    read();
    element.addEventListener('scroll', soon, { passive: true });
    const sizes = new ResizeObserver(soon);
    sizes.observe(element);
    return () => {
      element.removeEventListener('scroll', soon);
      sizes.disconnect();
    };
  }, [box]);
  return view;
}

interface Moving {
  readonly active: number;
  readonly height: number;
  readonly length: number;
  move(index: number): void;
  openAt(index: number): void;
}

function moved(event: KeyboardEvent, { active, height, length, move, openAt }: Moving): void {
  const page = Math.max(1, Math.floor(height / rowPx) - 1);
  const targets: Readonly<Record<string, number>> = {
    ArrowDown: active + 1,
    j: active + 1,
    ArrowUp: active - 1,
    k: active - 1,
    PageDown: active + page,
    PageUp: active - page,
    Home: 0,
    End: length - 1,
  };
  const target = targets[event.key];
  if (event.key === 'Enter') openAt(active);
  else if (target === undefined) return;
  else move(target);
  event.preventDefault();
}

interface RowProps {
  readonly index: number;
  readonly length: number;
  readonly row: Row | undefined;
  readonly isActive: boolean;
  readonly isChosen: boolean;
  onOpen(): void;
}

function RunRow({ index, length, row, isActive, isChosen, onOpen }: RowProps) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list has the focus.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys.
    <div
      id={`row-${index}`}
      role="option"
      aria-selected={isChosen}
      aria-setsize={length}
      aria-posinset={index + 1}
      class={`row${isActive ? ' active' : ''}${isChosen ? ' chosen' : ''}`}
      style={{ position: 'absolute', top: `${index * rowPx}px`, height: `${rowPx}px` }}
      onClick={onOpen}
    >
      {row ? <Cells row={row} /> : <span class="grey" />}
    </div>
  );
}

function Cells({ row }: { readonly row: Row }) {
  const isWell = row.state === 'done';
  return (
    <>
      <time dateTime={row.begunAt}>{when(row.begunAt)}</time>
      <span>
        {isWell ? (
          <PlaceBadge place={row.place} />
        ) : (
          <span class={`badge state ${row.state}`}>{words.states[row.state]}</span>
        )}
      </span>
      <span class="title">
        {row.degraded && <span class="warn">degraded </span>}
        {row.title === null ? nameOf(row) : clean(row.title)}
      </span>
      <span class="money">{row.costUsd === null ? '?' : dollars(row.costUsd)}</span>
    </>
  );
}

function nameOf({ error, pattern, answeredBy, model }: Row) {
  const said = error ?? [pattern, answeredBy ?? model].filter(name => name !== null).join(' · ');
  return <span class="quiet">{said === '' ? '–' : clean(said)}</span>;
}
