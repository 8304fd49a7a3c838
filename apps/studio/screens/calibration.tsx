import { useEffect, useState } from 'preact/hooks';
import { open } from '../api.ts';
import type { Calibrated } from '../api-types.ts';
import { clean, counted, percent } from '../format.ts';
import { useLoaded } from '../load.ts';
import { CopyButton, Fact, Problem, Scroll, Waiting } from '../parts.tsx';
import { saveFile } from './save-file.ts';

/** What the rated pairs are worth: the guarantee in the command line's words, or the refusal. */
export function Calibration({ rated }: { readonly rated: number }) {
  const [quality, setQuality] = useState('0.95');
  const [cap, setCap] = useState('');
  const [isWanted, setWanted] = useState(false);
  const asked = new URLSearchParams({ quality, escalation: cap });
  const path = isWanted ? `/v1/calibration?${asked}` : undefined;
  const { data, error, again } = useLoaded<Calibrated>(path);
  useEffect(again, [rated]);
  return (
    <section aria-label="Calibrate">
      <h2>Calibrate</h2>
      <p class="tools">
        <Share label="Of the cloud’s accuracy, at least" value={quality} onChange={setQuality} />
        <Share label="Most requests to the cloud (a share)" value={cap} onChange={setCap} />
        <button type="button" onClick={() => setWanted(true)}>
          Calibrate
        </button>
      </p>
      {error && <Problem error={error} />}
      {isWanted && !data && !error && <Waiting rows={2} />}
      {data && <Result result={data} />}
    </section>
  );
}

function Share({
  label,
  value,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  onChange(value: string): void;
}) {
  return (
    <label>
      {label}{' '}
      <input
        size={6}
        inputMode="decimal"
        value={value}
        onChange={event => onChange(event.currentTarget.value.trim())}
      />
    </label>
  );
}

function Result({ result }: { readonly result: Calibrated }) {
  const { guarantee, refusal, warnings, rows, command } = result;
  return (
    <div role="status">
      {guarantee !== null && <p class="good">{clean(guarantee)}</p>}
      {refusal !== null && (
        <p class="problem">
          <strong>Refused.</strong> {clean(refusal)}
        </p>
      )}
      {warnings.map((warning, index) => (
        <p key={index} class="note">
          {clean(warning)}
        </p>
      ))}
      {guarantee !== null && <Use result={result} />}
      {result.curve.length > 0 && <Curve result={result} />}
      <p class="quiet">
        Of {counted(rows, 'rated pair')}. The same from the command line: save the log, then{' '}
        <code>{command}</code> <CopyButton text={command} />
      </p>
      <p class="tools">
        <SaveLog />
      </p>
    </div>
  );
}

function Use({
  result: { calibration, file, name, expected, threshold },
}: {
  readonly result: Calibrated;
}) {
  const line = `"${name}": { "pattern": "cascade", "calibration": "${file}" }`;
  return (
    <>
      <dl class="facts">
        <Fact name="Threshold">{threshold?.toFixed(4)}</Fact>
        {expected && (
          <Fact name="On these rows">
            {percent(expected.escalation)} to the cloud, accuracy {expected.accuracy.toFixed(3)},
            ratio {expected.ratio.toFixed(3)}
          </Fact>
        )}
      </dl>
      <p>
        Use it: save the file beside the configuration, and write under <code>patterns</code>:{' '}
        <code>{line}</code> <CopyButton text={line} />
      </p>
      <p class="tools">
        <button
          type="button"
          onClick={() => saveFile(file, `${JSON.stringify(calibration, null, 2)}\n`)}
        >
          Save {file}
        </button>
      </p>
    </>
  );
}

function Curve({ result: { curve, expected } }: { readonly result: Calibrated }) {
  return (
    <details>
      <summary>Cost against quality, {counted(curve.length, 'point')}</summary>
      <Scroll name="Points">
        <table>
          <thead>
            <tr>
              <th class="figure">To the cloud</th>
              <th class="figure">Accuracy</th>
              <th class="figure">Ratio</th>
            </tr>
          </thead>
          <tbody>
            {curve.map((point, index) => (
              <tr key={index}>
                <td class="figure">
                  {point.escalation === expected?.escalation && 'chosen: '}
                  {percent(point.escalation)}
                </td>
                <td class="figure">{point.accuracy.toFixed(3)}</td>
                <td class="figure">{point.ratio.toFixed(3)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}

function SaveLog() {
  const [said, setSaid] = useState('');
  const save = async () => {
    try {
      saveFile('pairs.jsonl', await (await open('/v1/pairs/log')).text());
    } catch (error) {
      setSaid((error as Error).message);
    }
  };
  return (
    <>
      <button type="button" onClick={() => void save()}>
        Save the log, pairs.jsonl
      </button>
      <span role="status">{said}</span>
    </>
  );
}
