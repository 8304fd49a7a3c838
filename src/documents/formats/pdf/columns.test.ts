import { describe, expect, it } from 'vitest';
import { inColumns } from './columns.ts';
import { linesOf, textOfLine } from './lines.ts';

const at = (text: string, x: number, y: number) => ({
  ...{ text, x, y, right: x + 5 * text.length, size: 10 },
  ...{ isSpaced: false, isRightToLeft: false },
});
const read = (...rows: readonly (readonly (readonly [text: string, x: number])[])[]) =>
  inColumns(
    linesOf(rows.flatMap((row, place) => row.map(([text, x]) => at(text, x, 700 - 18 * place)))),
  ).map(textOfLine);

describe('the rows of a table in a PDF', () => {
  it('keep a place for a cell without words', () => {
    expect(
      read(
        [
          ['Date', 0],
          ['Out', 100],
          ['In', 160],
          ['Balance', 220],
        ],
        [
          ['1 May', 0],
          ['14.20', 100],
          ['85.80', 220],
        ],
        [
          ['2 May', 0],
          ['50.00', 160],
          ['135.80', 220],
        ],
      ),
    ).toEqual(['Date\tOut\tIn\tBalance', '1 May\t14.20\t\t85.80', '2 May\t\t50.00\t135.80']);
  });

  it('say a head over each column that it stands in the middle of', () => {
    expect(
      read(
        [
          ['2022', 120],
          ['2023', 220],
        ],
        [
          ['Region', 0],
          ['Units', 100],
          ['EUR', 150],
          ['Units', 200],
          ['EUR', 250],
        ],
        [
          ['North', 0],
          ['11', 100],
          ['12', 150],
          ['13', 200],
          ['14', 250],
        ],
        [
          ['South', 0],
          ['21', 100],
          ['22', 150],
          ['23', 200],
          ['24', 250],
        ],
      )[0],
    ).toBe('\t2022\t2022\t2023\t2023');
  });

  it('say again what stands in the middle of several, and guess nothing of a top', () => {
    const head = [
      ['Ward', 0],
      ['Drug', 100],
      ['Dose', 200],
    ] as const;
    expect(
      read(
        head,
        [
          ['A', 100],
          ['1 mg', 200],
        ],
        [
          ['Six', 0],
          ['B', 100],
          ['2 mg', 200],
        ],
        [
          ['C', 100],
          ['3 mg', 200],
        ],
      ),
    ).toEqual(['Ward\tDrug\tDose', 'Six\tA\t1 mg', 'Six\tB\t2 mg', 'Six\tC\t3 mg']);
    expect(
      read(
        head,
        [
          ['Six', 0],
          ['A', 100],
          ['1 mg', 200],
        ],
        [
          ['B', 100],
          ['2 mg', 200],
        ],
        [
          ['Ten', 0],
          ['C', 100],
          ['3 mg', 200],
        ],
        [
          ['D', 100],
          ['4 mg', 200],
        ],
      ).slice(1),
    ).toEqual(['Six\tA\t1 mg', '\tB\t2 mg', 'Ten\tC\t3 mg', '\tD\t4 mg']);
  });

  it('are not seen in prose whose words happen to stand below each other', () => {
    const prose = read(
      [
        ['water, not', 0],
        ['inconsistent with', 53],
        ['its obligations under this', 141],
      ],
      [
        ['state, they', 0],
        ['shall also permit', 58],
        ['what has been asked for', 148],
      ],
    );
    expect(prose.join(' ')).not.toContain('\t');
  });

  it('leave a mark of a list with its item', () => {
    expect(
      read(
        [
          ['Goal', 0],
          ['Step', 100],
          ['Year', 300],
        ],
        [
          ['One', 0],
          ['●', 100],
          ['Refresh', 118],
          ['2024', 300],
        ],
        [
          ['●', 100],
          ['Provide', 118],
        ],
      ).join('\n'),
    ).not.toMatch(/●\tRefresh\t|^\t●/m);
  });
});
