import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { nonAnswerIn } from './non-answer.ts';

const file = new URL('../../../models/training/talk/texts/rounds.tsv', import.meta.url);
const rows = readFileSync(file, 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('0\t'))
  .map(line => line.split('\t') as [round: string, kind: string, text: string, request: string])
  .map(([, kind, text, request]) => ({ kind, text: text.replaceAll('\\n', '\n'), request }));

describe('texts that were written to be unlike those before them', () => {
  it('are told where they are no answer', () => {
    const none = rows.filter(({ kind }) => kind === 'none');
    const missed = none.filter(row => nonAnswerIn(row) === undefined);
    expect(none.length).toBeGreaterThan(500);
    expect(missed.length / none.length).toBeLessThan(0.05);
  });

  it('are left where they are answers that look like none', () => {
    const answers = rows.filter(({ kind }) => kind === 'answer');
    const refused = answers.filter(row => nonAnswerIn(row) !== undefined);
    expect(answers.length).toBeGreaterThan(550);
    expect(refused.length / answers.length).toBeLessThan(0.02);
  });
});
