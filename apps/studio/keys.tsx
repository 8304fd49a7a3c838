import { useEffect, useRef } from 'preact/hooks';
import { addressOf, go, place } from './route.ts';
import { words } from './words.ts';

/** The screens by the key that leads there after `g`. */
const screensByKey: Readonly<Record<string, keyof typeof words.screens>> = {
  r: 'runs',
  b: 'border',
  s: 'savings',
  t: 'try',
  l: 'label',
  m: 'machine',
};
const prefixMs = 1500;

/** Takes the keys of the page, and holds the sheet that `?` opens, which names them. */
export function Keys() {
  const sheet = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const pressed = keysOf(() => sheet.current?.showModal());
    // Before any screen: the second key of a pair is no key of a screen.
    addEventListener('keydown', pressed, true);
    return () => removeEventListener('keydown', pressed, true);
  }, []);
  return (
    <dialog ref={sheet} class="keys" aria-labelledby="keys-title">
      <h2 id="keys-title">Keys</h2>
      <dl>
        {words.keys.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={() => sheet.current?.close()}>
        Close
      </button>
    </dialog>
  );
}

function keysOf(openSheet: () => void): (event: KeyboardEvent) => void {
  let prefixedMs = Number.NEGATIVE_INFINITY;
  return event => {
    // The browser closes a sheet itself, and leads the focus back.
    if (isChord(event) || document.querySelector('dialog[open]')) return;
    if (event.key === 'Escape') return leave(event);
    if (isTyping(event.target)) return;
    const isSecond = event.timeStamp - prefixedMs < prefixMs;
    prefixedMs = event.key === 'g' && !isSecond ? event.timeStamp : Number.NEGATIVE_INFINITY;
    if (!isTaken(event, isSecond, openSheet)) return;
    event.preventDefault();
    event.stopPropagation();
  };
}

function isTaken({ key, target }: KeyboardEvent, isSecond: boolean, openSheet: () => void) {
  const screen = isSecond ? screensByKey[key] : undefined;
  if (screen) show(screen);
  else if (key === '?') openSheet();
  else if (key === '/') document.getElementById('filter')?.focus();
  else return (key === 'j' || key === 'k') && movesRows(target, key);
  return true;
}

function isChord({ ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return ctrlKey || metaKey || altKey;
}

// The focus does not stay in what is gone, and is seen where it goes.
function show(screen: string): void {
  go(addressOf(screen));
  document.querySelector<HTMLElement>(`nav a[href="${addressOf(screen)}"]`)?.focus();
}

// The list takes its keys itself; from anywhere else they lead there.
function movesRows(target: EventTarget | null, key: string): boolean {
  const rows = document.querySelector<HTMLElement>('.rows');
  if (!rows || (target instanceof Node && rows.contains(target))) return false;
  rows.focus();
  rows.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  return true;
}

// Where one types, keys are letters.
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  );
}

// Out of a field first, then out of a run: the list has the focus again.
function leave(event: KeyboardEvent): void {
  if (isTyping(event.target)) (event.target as HTMLElement).blur();
  const { screen, steps, query } = place.value;
  if (screen === 'runs' && steps.length > 0)
    go(addressOf('runs', [], { q: query.get('q') ?? undefined }));
  document.querySelector<HTMLElement>('.rows')?.focus();
}
