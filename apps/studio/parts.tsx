import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Refusal } from './api.ts';
import { clean } from './format.ts';
import { placeWord, words } from './words.ts';

/** Where something was answered: a word, a colour and a shape. */
export function PlaceBadge({ place }: { readonly place: string | null }) {
  return (
    <span class={`badge ${place ?? 'none'}`}>
      <span class="mark" aria-hidden="true" />
      {placeWord(place)}
    </span>
  );
}

/** A reader's own words on a rating. */
export function WhyField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <label>
      Why{' '}
      <input
        value={value}
        maxLength={4000}
        onInput={event => onChange(event.currentTarget.value)}
      />
    </label>
  );
}

/** What went wrong, as whoever refused it says it. */
export function Problem({ error, again }: { readonly error: Error; readonly again?: () => void }) {
  const isOurs = error instanceof Refusal;
  return (
    <div class="problem" role="alert">
      <p>
        <strong>{isOurs ? clean(error.code) : words.silent}</strong>
      </p>
      <p>{isOurs ? clean(error.message) : 'Is it still running? Start it, then try again.'}</p>
      {again && (
        <button type="button" onClick={again}>
          {words.again}
        </button>
      )}
    </div>
  );
}

/** A fact of a card: its name, and what it is. */
export function Fact({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** A button that copies a text; absent where the browser lets no page write there. */
export function CopyButton({ text }: { readonly text: string }) {
  const [isDone, setDone] = useState(false);
  if (!navigator.clipboard) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  return (
    <button type="button" onClick={() => void copy()}>
      {isDone ? words.copied : words.copy}
    </button>
  );
}

/** Grey rows while something is read; nothing is shown in the first moments. */
export function Waiting({ rows = 6 }: { readonly rows?: number }) {
  return (
    <div class="waiting" role="status" aria-label={words.loading}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} class="grey" />
      ))}
    </div>
  );
}

/** What may be wider than the screen: it scrolls by itself, with the keyboard too. */
export function Scroll({
  name,
  children,
}: {
  readonly name: string;
  readonly children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard.
    <section class="scroll" tabIndex={0} aria-label={name}>
      {children}
    </section>
  );
}

/** A text as it was written. */
export function Raw({ text }: { readonly text: string }) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard.
  return <pre tabIndex={0}>{clean(text)}</pre>;
}
