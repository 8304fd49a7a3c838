import { describe, expect, it } from 'vitest';
import { TandemError } from '../../model/errors.ts';
import { doubleOf, promptText } from '../../testing/double.ts';
import { documentOf } from '../document.ts';
import type { OpenedFile } from '../formats/load-documents.ts';
import { fillTable } from './fill-table.ts';
import type { GridCell } from './grid-cell.ts';
import { tableHtml } from './table-html.ts';
import { tableCsv, tableTotals } from './write-table.ts';

const files: OpenedFile[] = [
  { path: 'in/a.md', document: documentOf({ title: 'a.md', text: 'The fee is 10 euros.' }) },
  { path: 'in/b.md', document: documentOf({ title: 'b.md', text: 'The fee is 20 euros.' }) },
  { path: 'in/c.bin', unread: { title: 'c.bin', why: 'It is binary.' } },
];
const questions = [{ name: 'fee', question: 'What is the fee?' }];

async function* given(all: readonly OpenedFile[] = files) {
  yield* all;
}

const echo = (answer: (text: string) => string) =>
  doubleOf({ modelId: 'echo' }, call => ({ text: answer(promptText(call)) }));

const fees = echo(text => `${/The fee is \d+ euros/.exec(text)?.[0] ?? 'nothing'}.`);

describe('fillTable', () => {
  it('asks each question of each document, and marks answers that contradict', async () => {
    const { rows } = await fillTable({ model: fees, files: given(), questions });
    expect(rows.map(({ title, cells: [cell] }) => [title, cell!.status, cell!.value])).toEqual([
      ['a.md', 'answered', 'The fee is 10 euros.'],
      ['b.md', 'answered', 'The fee is 20 euros.'],
      ['c.bin', 'unread', ''],
    ]);
    expect(rows[0]!.cells[0]!.contradicts).toEqual(['b.md']);
    expect(rows[2]!.cells[0]!.why).toBe('It is binary.');
  });

  it('asks nobody for cells that are known, and hands over the others as they come', async () => {
    const kept = new Map<string, GridCell>();
    const fill = (model = fees) =>
      fillTable({
        ...{ model, files: given(), questions },
        known: id => kept.get(id),
        onCell: ({ id, cell }) => kept.set(id, cell),
      });
    const first = await fill();
    const silent = echo(() => {
      throw new TypeError('It was asked.');
    });
    expect(await fill(silent)).toEqual(first);
    expect(kept.size).toBe(2);
  });

  it('says in its cell why a question failed, and goes on', async () => {
    const failing = echo(text => {
      if (text.includes('10 euros')) throw new TandemError('bad_answer', 'It was rubbish.');
      return 'The fee is 20 euros.';
    });
    const { rows } = await fillTable({ model: failing, files: given(), questions });
    expect(rows[0]!.cells[0]).toMatchObject({ status: 'failed', value: '' });
    expect(rows[1]!.cells[0]).toMatchObject({ status: 'answered' });
  });

  it('ends with its signal, and reads no further', async () => {
    const ending = new AbortController();
    let drawn = 0;
    async function* endless(): AsyncGenerator<OpenedFile> {
      for (;;) {
        drawn++;
        const text = `Text ${drawn}.`;
        yield { path: `${drawn}`, document: documentOf({ title: `${drawn}`, text }) };
      }
    }
    const onCell = () => {
      if (drawn > 20) ending.abort(new DOMException('Interrupted.', 'AbortError'));
    };
    const { signal } = ending;
    const filling = fillTable({ model: fees, files: endless(), questions, onCell, signal });
    await expect(filling).rejects.toThrow('Interrupted.');
    expect(drawn).toBeLessThan(40);
  });

  it.each([
    [{ questions: [] }, '`questions` must hold a question'],
    [{ concurrency: 0 }, '`concurrency` must be a whole number'],
  ])('refuses %j', async (wrong, said) => {
    const filling = fillTable({ model: fees, files: given(), questions, ...wrong });
    await expect(filling).rejects.toThrow(said);
  });
});

describe('a written table', () => {
  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '  =1', '＝1', '|calc'])(
    'has no formula of %j in its CSV',
    async text => {
      const model = echo(() => `${text} "quoted"`);
      const csv = tableCsv(await fillTable({ model, files: given(), questions }));
      expect(csv).toContain(`,"'${text.trim()} ""quoted""",`);
    },
  );

  it('has a line a document and six columns a question', async () => {
    const table = await fillTable({ model: fees, files: given(), questions });
    const [head, first, , third, end] = tableCsv(table).split('\r\n');
    expect(head).toBe(
      'document,unread,fee,fee: quote,fee: place,fee: coverage,fee: cost in USD,fee: contradicts',
    );
    expect(first).toMatch(/^a\.md,,The fee is 10 euros\.,/);
    expect(third).toMatch(/^c\.bin,It is binary\.,unread: It is binary\./);
    expect(end).toBe('');
    expect(tableTotals(table)).toMatchObject({ cells: 3, answered: 2, contradictions: 2 });
  });

  it('runs nothing that a document says in its HTML', async () => {
    const model = echo(() => '<script>alert(1)</script>" onclick="x');
    const html = tableHtml(await fillTable({ model, files: given(), questions }), () => 'a"b');
    expect(html).not.toMatch(/<script|" onclick/);
    expect(html).toContain('href="a&quot;b"');
  });
});
