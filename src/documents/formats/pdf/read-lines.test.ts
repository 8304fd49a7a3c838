import { describe, expect, it } from 'vitest';
import { isUsable } from '../../document.ts';
import { addAnnotations } from './annotations.ts';
import { wordsShown } from './appearances.ts';
import { fragmentsOf } from './fragments.ts';
import { withPlainGlyphNames } from './glyph-names.ts';
import { linesOf, textOfLine } from './lines.ts';
import { withoutLineNumbers } from './rows.ts';

const field = { subtype: 'Widget', fieldType: 'Ch', rect: [100, 700, 200, 720] };
const options = [
  { exportValue: 'AT', displayValue: 'Austria' },
  { exportValue: 'DE', displayValue: 'Germany' },
];
const written = (annotation: object) =>
  addAnnotations([], [{ ...field, options, ...annotation }]).map(textOfLine);

describe('a choice of a form', () => {
  it('is what a reader sees, not the code that the file keeps', () => {
    expect(written({ combo: true, fieldValue: ['DE'] })).toEqual(['Germany']);
    expect(written({ combo: true, fieldValue: 'Elsewhere' })).toEqual(['Elsewhere']);
  });

  it('stands among what else a list shows, and is marked', () => {
    expect(written({ combo: false, fieldValue: ['DE'] })).toEqual(['[ ] Austria [x] Germany']);
    expect(written({ combo: false, fieldValue: [] })).toEqual(['[ ] Austria [ ] Germany']);
  });
});

describe('a figure in a form', () => {
  it('is what a reader sees, with its commas', () => {
    const tx = { fieldType: 'Tx', options: undefined };
    const drawn = (fieldValue: string, ...textContent: string[]) =>
      written({ ...tx, fieldValue, textContent });
    expect(drawn('232324', '€ 232,324.00')).toEqual(['€ 232,324.00']);
    expect(drawn('', 'shown alone')).toEqual(['shown alone']);
    expect(drawn('Two lines of it', 'Two lines')).toEqual(['Two lines of it']);
  });
});

describe('letters of a PDF', () => {
  const said = (str: string) =>
    fragmentsOf([{ str, transform: [10, 0, 0, 10, 0, 0], width: 40, height: 10 }])[0]!.text;

  it('are spelled out where they are joined, in the order of reading', () => {
    expect(said('اﳋﻄﻮط')).toBe('الخطوط');
    expect(said('oﬃce \u00b5m')).toBe('office μm');
  });

  it('are unusable where their words mix alphabets, or hold what few languages have', () => {
    expect(isUsable('ࢿϋçϣƐʵ֙ϭϙ ˁt ,ဍ̫ʒू໙ʷȥ໫ʮŊһ̼ൄਫ਼ຌ˖ή೚Ŋҧဍರ̼ఓ̼ ϥƽȥҧ̼ಈཁ૑΅')).toBe(false);
    expect(isUsable('ƨȈƟƢǬǴƬǳ ƢǻƢǰǷȍƢƥ ƨƸǨǐǳǲǨǇ ĿƢǸǯǾǬȈǈǼƫ')).toBe(false);
  });

  it('are told as lost where the font gives none, and many lost make a page unusable', () => {
    const item = { str: '', transform: [10, 0, 0, 10, 0, 0], width: 5, height: 10 };
    expect(fragmentsOf([item]).map(({ text }) => text)).toEqual(['\ufffd']);
    expect(fragmentsOf([{ ...item, width: 0 }])).toEqual([]);
    expect(
      isUsable('Version \ufffd.\ufffd of \ufffd \ufffd \ufffd \ufffd the eleventh of November'),
    ).toBe(false);
  });

  it('are usable in every language, also where a word of one stands in another', () => {
    for (const text of [
      'Договор аренды заключён на срок в 12 месяцев, USB-кабель прилагается.',
      '東京都のABC株式会社は、2023年の売上高が前年比で増加しました。',
      'Η σύμβαση λήγει στις 31 Δεκεμβρίου, μTorrent και ΔT',
      'Hợp đồng thuê nhà được ký kết trong thời hạn mười hai tháng',
      'Ƙasar Hausa ƙasa ce mai faɗi da yawan ƴan kasuwa',
    ])
      expect(isUsable(text), text).toBe(true);
  });
});

describe('lines of a PDF', () => {
  const at = (text: string, x: number, y: number, right: number) => ({
    ...{ text, x, y, right, size: 10, isSpaced: false, isRightToLeft: false },
  });

  it('keep the numbers of steps, and lose those that stand apart in the margin', () => {
    const lines = (gap: number) =>
      withoutLineNumbers(
        linesOf(
          Array.from({ length: 12 }, (_, n) => [
            at(`${n + 1}`, 10, 700 - 20 * n, 20),
            at(`: step ${n + 1}`, 20 + gap, 700 - 20 * n, 90),
          ]).flat(),
        ),
      ).map(textOfLine);
    expect(lines(0)[0]).toBe('1: step 1');
    expect(lines(30)[0]).toBe(': step 1');
  });

  it('join a mark to the letter that it was set beside', () => {
    const [line] = linesOf([at('দব', 10, 700, 30), at('্ীন', 32, 700, 50)]);
    expect(textOfLine(line!)).toBe('দব্ীন');
  });
});

describe('glyphs of a PDF', () => {
  const plain = (text: string) =>
    Buffer.from(withPlainGlyphNames(new Uint8Array(Buffer.from(text)))).toString();

  it('are read where they are variants of others, at the same offsets', () => {
    expect(plain('/Differences [1 /one.os /a /b.sc 9 /.notdef] /one.os')).toBe(
      '/Differences [1 /one    /a /b    9 /.notdef] /one.os',
    );
    expect(plain('/Differences [1 /one.os')).toBe('/Differences [1 /one.os');
  });
});

describe('what annotations show alone', () => {
  const operators = { beginAnnotation: 1, endAnnotation: 2, showText: 3, setTextMatrix: 4 };
  const glyphs = (text: string): unknown[] => [[...text].flatMap(unicode => [{ unicode }, -20])];
  const page = {
    getOperatorList: async () => ({
      fnArray: [3, 1, 4, 3, 4, 3, 2, 1, 3, 2],
      argsArray: [
        glyphs('page'),
        ['7R'],
        [],
        glyphs('Signed by'),
        [],
        glyphs('A. Frey'),
        [],
      ].concat([['8R'], glyphs('value'), []] as never[]),
    }),
  };
  const rect = [100, 600, 270, 660];
  const signature = { id: '7R', subtype: 'Widget', fieldType: 'Sig', hasAppearance: true, rect };

  it('is read too: who signed', async () => {
    const text = { id: '8R', subtype: 'Widget', fieldType: 'Tx', fieldValue: 'own', rect };
    const shown = await wordsShown(page, [signature, text], async () => operators);
    expect([...shown]).toEqual([['7R', ' Signed by A. Frey']]);
    expect(addAnnotations([], [signature], shown).map(textOfLine)).toEqual(['Signed by A. Frey']);
  });

  it('costs nothing where there is none', async () => {
    const none = () => Promise.reject(new Error('drawn'));
    expect((await wordsShown({ getOperatorList: none }, [{ id: '1' }], none)).size).toBe(0);
  });
});
