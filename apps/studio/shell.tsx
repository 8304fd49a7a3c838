import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { answeredMs, isSilent, rememberKey } from './api.ts';
import { addressOf, place } from './route.ts';
import { Today } from './today.tsx';
import { words } from './words.ts';

/** The frame of every screen: where one can go, and what today came to. */
export function Shell({
  screens,
  children,
}: {
  readonly screens: readonly (keyof typeof words.screens)[];
  readonly children: ComponentChildren;
}) {
  const { screen } = place.value;
  const title = words.screens[screen as keyof typeof words.screens] ?? '';
  useEffect(() => {
    document.title = `${title} – ${words.product}`;
  }, [title]);
  return (
    <>
      <header>
        <a class="brand" href={addressOf('runs')}>
          {words.product}
        </a>
        <nav aria-label="Screens">
          {screens.map(name => (
            <a
              key={name}
              href={addressOf(name)}
              aria-current={name === screen ? 'page' : undefined}
            >
              {words.screens[name]}
            </a>
          ))}
        </nav>
        <Today />
      </header>
      {isSilent.value && (
        <p class="silent" role="alert">
          {words.silent} {Number.isNaN(answeredMs.value) ? '' : lastSeen(answeredMs.value)}
        </p>
      )}
      <main tabIndex={-1}>{children}</main>
    </>
  );
}

function lastSeen(ms: number): string {
  return `Last seen ${new Date(ms).toLocaleTimeString()}.`;
}

/** Asks for a key where the address brought none. */
export function KeyScreen({ problem }: { readonly problem: string | undefined }) {
  const [typed, setTyped] = useState('');
  const send = (event: Event) => {
    event.preventDefault();
    if (typed.trim() !== '') rememberKey(typed.trim());
  };
  return (
    <main class="key-screen">
      <h1>{words.needsKey}</h1>
      {problem !== undefined && <p class="problem">{problem}</p>}
      <p>{words.needsKeyAdvice}</p>
      <form onSubmit={send}>
        <label for="key">Key</label>
        <input
          id="key"
          type="password"
          autocomplete="off"
          value={typed}
          onInput={event => setTyped(event.currentTarget.value)}
        />
        <button type="submit">Open</button>
      </form>
    </main>
  );
}
