import { useState } from 'preact/hooks';
import { open } from '../api.ts';
import type { EgressList } from '../api-types.ts';
import { clean, counted, moment, number } from '../format.ts';
import { useLoaded } from '../load.ts';
import { Problem, Scroll, Waiting } from '../parts.tsx';
import { addressOf, go, place } from '../route.ts';
import { EgressTable } from '../runs/egress-table.tsx';
import { words } from '../words.ts';
import { saveFile } from './save-file.ts';

const pageRows = 200;

/** Everything that left for a cloud, for the one who signs. */
export function Border() {
  const { query } = place.value;
  const asked = new URLSearchParams({ limit: String(pageRows) });
  for (const name of ['since', 'until', 'destination', 'after']) {
    const value = query.get(name);
    if (value) asked.set(name, value);
  }
  const { data, error, again } = useLoaded<EgressList>(`/v1/egress?${asked}`);
  return (
    <section class="screen">
      <h1>The border: what left this machine</h1>
      <Filters query={query} />
      {error && <Problem error={error} again={again} />}
      {!data && !error && <Waiting />}
      {data && <Shown list={data} query={query} />}
    </section>
  );
}

function Filters({ query }: { readonly query: URLSearchParams }) {
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const given = (name: string) => String(form.get(name) ?? '').trim() || undefined;
    const [since, until, destination] = [given('since'), given('until'), given('destination')];
    go(addressOf('border', [], { since, until, destination }));
  };
  return (
    <form class="filters" onSubmit={send}>
      <label>
        From <input type="date" name="since" value={query.get('since')?.slice(0, 10) ?? ''} />
      </label>
      <label>
        to <input type="date" name="until" value={query.get('until')?.slice(0, 10) ?? ''} />
      </label>
      <label>
        Destination <input name="destination" value={query.get('destination') ?? ''} />
      </label>
      <button type="submit">Show</button>
    </form>
  );
}

function Shown({ list, query }: { readonly list: EgressList; readonly query: URLSearchParams }) {
  const { data, totals, removed, keeping, next } = list;
  const calls = totals.reduce((sum, total) => sum + total.calls, 0);
  if (keeping === 'nothing') return <p class="note">{words.notKept.nothing}</p>;
  return (
    <>
      {calls === 0 && (
        <p class="good">
          <strong>{removed.length === 0 ? words.nothingLeft : 'Nothing else is on record.'}</strong>
        </p>
      )}
      {removed.map((each, index) => (
        <p key={index} class="note">
          {moment(each.at)}: {number(each.count)} {each.kind === 'runs' ? 'runs' : 'records'} from
          before {moment(each.before)} were removed.
        </p>
      ))}
      {calls > 0 && (
        <>
          <Scroll name="Sums by destination">
            <table class="fits">
              <thead>
                <tr>
                  <th>Destination</th>
                  <th class="figure">Calls</th>
                  <th class="figure">Characters</th>
                  <th class="figure">Values masked</th>
                </tr>
              </thead>
              <tbody>
                {totals.map(total => (
                  <tr key={total.destination}>
                    <td class="long">{clean(total.destination)}</td>
                    <td class="figure">{number(total.calls)}</td>
                    <td class="figure">{number(total.characters)}</td>
                    <td class="figure">{number(total.masked)}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
          <p class="tools">
            <Export query={query} />
            <span class="quiet">
              {counted(calls, 'call')}, {number(data.length)} shown, newest first.
            </span>
          </p>
          <EgressTable events={data} showsRun />
          {next !== null && (
            <p class="pager">
              <a class="button" href={nextAddress(query, next)}>
                Earlier
              </a>
            </p>
          )}
        </>
      )}
    </>
  );
}

function nextAddress(query: URLSearchParams, after: string): string {
  return addressOf('border', [], { ...Object.fromEntries(query), after });
}

const exportRows = 1000;

/** Saves every event of the filter as a file, one JSON document a line. */
function Export({ query }: { readonly query: URLSearchParams }) {
  const [state, setState] = useState('');
  const save = async () => {
    const lines: string[] = [];
    let after = '0';
    for (;;) {
      const asked = new URLSearchParams({ ...Object.fromEntries(query), after });
      asked.set('limit', String(exportRows));
      const page = (await (await open(`/v1/egress?${asked}`)).json()) as EgressList;
      lines.push(...page.data.map(event => JSON.stringify(event)));
      setState(`${number(lines.length)} rows`);
      if (page.next === null) break;
      after = page.next;
    }
    saveFile('egress.jsonl', `${lines.join('\n')}\n`);
  };
  return (
    <>
      <button
        type="button"
        onClick={() => void save().catch(error => setState(String(error.message)))}
      >
        Save as JSONL
      </button>
      <span role="status">{state}</span>
    </>
  );
}
