import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from '../../src/index.ts';
import { startWireDouble } from '../../src/testing/index.ts';
import type { Proof } from './journal.ts';

/**
 * Taps the wire of a cloud double while its client is killed at so many instants: every request
 * that arrived has an entry in the egress record, made before, and no line of the document but the
 * released extracts was in any.
 */
export async function proveEgress(kills: number, random: () => number): Promise<Proof> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-egress-'));
  const path = join(folder, 'journal.db');
  const problems: string[] = [];
  await using double = await startWireDouble([{ text: 'Crew 3 [e1].' }]);
  for (let n = 0; n < kills; n++) {
    const isLast = n === kills - 1;
    await child(
      [path, double.url, `run ${n}`],
      isLast ? undefined : 150 + Math.floor(random() * 500),
    );
  }
  using journal = openJournal({ path });
  const events = await journal.egress();
  const recorded = countBy(events.map(({ characters }) => characters));
  for (const [characters, count] of countBy(
    double.requests.map(({ body }) => charactersIn(body.messages) + formIn(body.response_format)),
  )) {
    const known = recorded.get(characters) ?? 0;
    if (known < count)
      problems.push(`${count} requests of ${characters} characters arrived, ${known} are recorded`);
  }
  for (const { text } of double.requests) {
    const leaked = text.match(/Paragraph \d+/g) ?? [];
    if (leaked.length > 12) problems.push(`${leaked.length} paragraphs were in one request`);
    if (/boss\d+@/.test(text)) problems.push('an address was not masked');
  }
  rmSync(folder, { recursive: true, force: true });
  const says = [
    `${kills} kills; ${double.requests.length} requests arrived, ${events.length} events ` +
      'recorded',
  ];
  return { says, problems };
}

function child(args: readonly string[], killAfterMs: number | undefined): Promise<void> {
  return new Promise(resolve => {
    const process_ = spawn(
      process.execPath,
      [join(import.meta.dirname, 'egress-child.ts'), ...args],
      {
        stdio: 'ignore',
      },
    );
    const timer =
      killAfterMs === undefined
        ? undefined
        : setTimeout(() => process_.kill('SIGKILL'), killAfterMs);
    process_.on('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

// Every character of text that arrived, to be found again in the record.
function charactersIn(messages: unknown): number {
  return (messages as { content: string | { text?: string }[] }[]).reduce((sum, { content }) => {
    if (typeof content === 'string') return sum + content.length;
    return sum + content.reduce((inner, { text = '' }) => inner + text.length, 0);
  }, 0);
}

// A schema goes along as the call has it, whatever the server calls it.
function formIn(format: unknown): number {
  const { json_schema: wanted } = (format ?? {}) as { json_schema?: { schema?: object } };
  const schema = wanted?.schema;
  return schema === undefined ? 0 : JSON.stringify({ type: 'json', schema }).length;
}

function countBy(values: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
