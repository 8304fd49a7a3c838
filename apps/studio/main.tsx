import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { enter, key } from './api.ts';
import { addressOf, go, place } from './route.ts';
import { RunList } from './runs/run-list.tsx';
import { RunPage } from './runs/run-page.tsx';
import { Border } from './screens/border.tsx';
import { Label } from './screens/label.tsx';
import { MachineScreen } from './screens/machine.tsx';
import { Savings } from './screens/savings.tsx';
import { Try } from './screens/try.tsx';
import { KeyScreen, Shell } from './shell.tsx';
import './styles.css';

const screens = ['runs', 'border', 'savings', 'try', 'label', 'machine'] as const;

function App({ problem }: { readonly problem: string | undefined }) {
  useKeys();
  if (key.value === '') return <KeyScreen problem={problem} />;
  return (
    <Shell screens={screens}>
      <Screen />
    </Shell>
  );
}

function Screen() {
  const { screen, steps, query } = place.value;
  if (screen === 'border') return <Border />;
  if (screen === 'savings') return <Savings />;
  if (screen === 'try') return <Try />;
  if (screen === 'label') return <Label />;
  if (screen === 'machine') return <MachineScreen />;
  const [id] = steps;
  return (
    <div class={`split${id === undefined ? '' : ' has-detail'}`}>
      <RunList chosen={id} />
      {id !== undefined && <RunPage key={id} id={id} query={query.get('q') ?? ''} />}
    </div>
  );
}

// Where one types, keys are letters.
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

function useKeys(): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === 'Escape') leave(event);
      else if (event.key === '/' && !isTyping(event.target)) {
        document.getElementById('filter')?.focus();
        event.preventDefault();
      }
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}

// Out of a field first, then out of a run: the list has the focus again.
function leave(event: KeyboardEvent): void {
  if (isTyping(event.target)) (event.target as HTMLElement).blur();
  const { screen, steps, query } = place.value;
  if (screen === 'runs' && steps.length > 0)
    go(addressOf('runs', [], { q: query.get('q') ?? undefined }));
  document.querySelector<HTMLElement>('.rows')?.focus();
}

const problem = await enter();
render(<App problem={problem} />, document.getElementById('app')!);
