import { computed, signal } from '@preact/signals';

const hash = signal(location.hash);
addEventListener('hashchange', () => {
  hash.value = location.hash;
});

/** Where the page is: every state of it stands in the address. */
export const place = computed(() => {
  const [path = '', query = ''] = hash.value.replace(/^#\/?/, '').split('?', 2);
  const steps = path.split('/').filter(Boolean).map(decoded);
  return { screen: steps[0] ?? 'runs', steps: steps.slice(1), query: new URLSearchParams(query) };
});

/** The address of a screen. */
export function addressOf(
  screen: string,
  steps: readonly string[] = [],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const given = Object.entries(query).filter((each): each is [string, string] => !!each[1]);
  const asked = given.length === 0 ? '' : `?${new URLSearchParams(given)}`;
  return `#/${[screen, ...steps].map(encodeURIComponent).join('/')}${asked}`;
}

/** Goes to an address; `replace` leaves no step to go back to. */
export function go(address: string, replace = false): void {
  if (!replace) {
    location.hash = address;
    return;
  }
  history.replaceState(null, '', address);
  hash.value = address;
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
