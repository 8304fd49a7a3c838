import { useState } from 'preact/hooks';
import { open } from '../api.ts';
import { clean, number } from '../format.ts';
import { Problem } from '../parts.tsx';

/** A file that the gateway keeps for questions. */
export interface KeptFile {
  readonly id: string;
  readonly filename: string;
  readonly bytes: number;
  readonly status: string;
  readonly status_details?: string;
}

const labels = {
  extracts: 'quotes of it may leave',
  'local-only': 'nothing of it may leave',
  'cloud-allowed': 'all of it may leave',
} as const;

/** Takes a file for the question: it stays here, and its label says what of it may leave. */
export function FileDrop({
  file,
  onFile,
}: {
  readonly file: KeptFile | undefined;
  onFile(file: KeptFile | undefined): void;
}) {
  const [label, setLabel] = useState<keyof typeof labels>('extracts');
  const [error, setError] = useState<Error | undefined>(undefined);
  const take = async (given: File | undefined) => {
    if (!given) return;
    setError(undefined);
    const form = new FormData();
    form.set('file', given);
    form.set('purpose', 'user_data');
    form.set('label', label);
    try {
      const response = await open('/v1/files', { method: 'POST', body: form });
      onFile((await response.json()) as KeptFile);
    } catch (failure) {
      setError(failure as Error);
    }
  };
  return (
    <fieldset
      class="drop"
      onDragOver={event => event.preventDefault()}
      onDrop={event => {
        event.preventDefault();
        void take(event.dataTransfer?.files[0]);
      }}
    >
      <legend>A document: it stays on this machine</legend>
      {(Object.keys(labels) as (keyof typeof labels)[]).map(name => (
        <label key={name}>
          <input
            type="radio"
            name="label"
            checked={name === label}
            onChange={() => setLabel(name)}
          />{' '}
          {labels[name]}
        </label>
      ))}
      <input
        type="file"
        aria-label="Document"
        onChange={event => void take(event.currentTarget.files?.[0])}
      />
      {error && <Problem error={error} />}
      {file && (
        <p>
          <strong>{clean(file.filename)}</strong>, {number(file.bytes)} bytes{' '}
          <button type="button" onClick={() => onFile(undefined)}>
            Ask without it
          </button>
          {file.status === 'error' && (
            <span class="problem">{clean(file.status_details ?? 'It cannot be read.')}</span>
          )}
        </p>
      )}
    </fieldset>
  );
}
