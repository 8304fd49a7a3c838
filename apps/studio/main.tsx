import { render } from 'preact';
import { enter, key } from './api.ts';
import { Keys } from './keys.tsx';
import { place } from './route.ts';
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
  if (key.value === '') return <KeyScreen problem={problem} />;
  return (
    <Shell screens={screens}>
      <Screen />
      <Keys />
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

const problem = await enter();
render(<App problem={problem} />, document.getElementById('app')!);
