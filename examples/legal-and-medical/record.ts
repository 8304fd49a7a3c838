// The record of what left, for an auditor: from the journal, where it was noted before it left.
import type { ListedEgressEvent } from 'tandem/runs';

const columns = [
  'at',
  'run',
  'destination',
  'purpose',
  'label',
  'characters',
  'masked',
  'contentHash',
] as const;

/** Writes the record as CSV; the hash is the SHA-256 of what left. */
export function recordCsv(events: readonly ListedEgressEvent[]): string {
  const lines = events.map(event => columns.map(column => quoted(String(event[column]))).join(','));
  return `${columns.join(',')}\n${lines.join('\n')}\n`;
}

// A cell that a spreadsheet would take for a formula is told as text.
function quoted(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
