import { Refusal } from '../api.ts';
import type { Examined, Machine } from '../api-types.ts';
import { clean, duration } from '../format.ts';
import { useLoaded } from '../load.ts';
import { CopyButton, Problem, Scroll, Waiting } from '../parts.tsx';

const placeWords: Readonly<Record<string, string>> = {
  device: 'this device',
  network: 'the own network',
  cloud: 'a cloud',
  both: 'device and cloud',
};

/** What runs here, where, and what is kept of it. */
export function MachineScreen() {
  const { data, error, again } = useLoaded<Machine>('/v1/machine');
  return (
    <section class="screen">
      <h1>This machine</h1>
      {error && <Problem error={error} again={again} />}
      {!data && !error && <Waiting />}
      {data && <Shown machine={data} />}
    </section>
  );
}

function Shown({ machine }: { readonly machine: Machine }) {
  const { models, keeps, journal, mode, isAlone } = machine;
  return (
    <>
      <dl class="facts">
        <Line name="Kept" text={keptWords(machine)} />
        <Line name="Journal" text={journal ?? 'none: runs are kept in memory'} />
        <Line name="Runs are kept for" text={keeps.runs ?? 'as long as you do not prune them'} />
        <Line
          name="What left is on record for"
          text={keeps.egress ?? 'as long as you do not prune it'}
        />
        <Line name="Mode" text={mode} />
      </dl>
      {isAlone && <p class="note">A journal is shown read only. No model is asked from here.</p>}
      {models.length > 0 && (
        <Scroll name="Models">
          <table class="fits">
            <thead>
              <tr>
                <th>Name</th>
                <th>Kind</th>
                <th>Runs on</th>
                <th>Made of</th>
              </tr>
            </thead>
            <tbody>
              {models.map(({ name, kind, modelId, place, guarantee }) => (
                <tr key={name}>
                  <td>
                    <strong>{clean(name)}</strong>
                  </td>
                  <td>{kind}</td>
                  <td>{placeWords[place] ?? place}</td>
                  <td class="long">
                    {clean(modelId)}
                    {guarantee !== null && <p class="good">{clean(guarantee)}</p>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {!isAlone && <Look />}
      <p class="quiet">
        Licences of what this page is made of: <a href="/studio/licences.txt">licences.txt</a>.
      </p>
    </>
  );
}

/** What this machine has and lacks, as `tandem doctor` says it. */
function Look() {
  const { data, error, again } = useLoaded<Examined>('/v1/machine/examined');
  if (error instanceof Refusal && error.code === 'not_examined')
    return (
      <p class="quiet">
        What is missing on this machine, and the command that mends it: <code>tandem doctor</code>.
      </p>
    );
  return (
    <section>
      <h2>What is here, and what is missing</h2>
      {error && <Problem error={error} again={again} />}
      {!data && !error && <Waiting rows={4} />}
      {data && <Found examined={data} />}
    </section>
  );
}

function Found({ examined: { sections, advice, elapsedMs } }: { readonly examined: Examined }) {
  return (
    <>
      {advice.length === 0 && <p class="good">Nothing is missing.</p>}
      {advice.length > 0 && (
        <ul class="plain">
          {advice.map(({ what, command }) => (
            <li key={what} class="note">
              {clean(what)}
              {command !== undefined && (
                <p class="tools">
                  <code>{clean(command)}</code> <CopyButton text={command} />
                </p>
              )}
            </li>
          ))}
        </ul>
      )}
      {sections.map(({ title, rows }) => (
        <Scroll key={title} name={title}>
          <table class="fits">
            <caption>{clean(title)}</caption>
            <tbody>
              {rows.map((cells, index) => (
                <tr key={index}>
                  {cells.map((cell, at) => (
                    <td key={at} class={`long ${moodOf(cell)}`}>
                      {clean(cell)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      ))}
      <p class="quiet">Looked for {duration(elapsedMs)}.</p>
    </>
  );
}

function moodOf(cell: string): string {
  return cell.includes('✗') ? 'warn' : cell.includes('✓') ? 'good' : '';
}

function keptWords({ keeping }: Machine): string {
  if (keeping === 'content') return 'questions, answers and figures';
  if (keeping === 'hashes') return 'figures and hashes; no texts';
  return 'nothing on disk; the last 1,000 runs in figures until the server ends';
}

function Line({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd>{clean(text)}</dd>
    </div>
  );
}
