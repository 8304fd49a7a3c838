import { describe, expect, it } from 'vitest';
import { readRow } from '../../model/leaf/cost/catalogue-row.ts';
import { rowOf, trimmed } from './trim-catalogue.ts';

const prices = { input_mtok: 1, output_mtok: 4 };
const of = (model: Partial<Parameters<typeof trimmed>[0]>) =>
  trimmed({ id: 'm', match: { equals: 'M' }, prices, ...model }, '2026-01-01');

describe('trimming a list of models', () => {
  it('keeps names in lower case, prices and the context window', () => {
    expect(of({ context_window: 8192 })).toEqual([
      { names: ['m'], price: { input: 1, output: 4 }, contextTokens: 8192 },
    ]);
  });

  it('lets a date follow only where the source leaves names open', () => {
    const open = { or: [{ equals: 'm' }, { starts_with: 'm-2025' }, { starts_with: 'm-2025-' }] };
    expect(of({ match: open })).toMatchObject([{ names: ['m+'] }]);
    expect(of({ match: { regex: '^m' } })).toEqual([]);
  });

  it('takes the rates of the day, at its dearest hour', () => {
    const at = (output_mtok: number) => ({ input_mtok: 1, output_mtok });
    const since = (start_date: string) => ({ start_date });
    const dated = [
      { prices: at(9) },
      { constraint: since('2025-05-01'), prices: at(5) },
      { constraint: since('2026-02-01'), prices: at(1) },
    ];
    expect(of({ prices: dated })).toMatchObject([{ price: { output: 5 } }]);
    const hours = { start_time: '00:30:00Z' };
    const cheaper = [{ prices: at(3) }, { constraint: hours, prices: at(2) }];
    const dearer = [{ prices: at(3) }, { constraint: hours, prices: at(6) }];
    expect(of({ prices: cheaper })).toMatchObject([{ price: { output: 3 } }]);
    expect(of({ prices: dearer })).toMatchObject([{ price: { output: 6 } }]);
  });

  it('keeps the rates of long inputs apart', () => {
    const tiered = (base: number) => ({ base, tiers: [{ start: 1000, price: 2 * base }] });
    const listed = of({ prices: { input_mtok: tiered(1), output_mtok: tiered(4) } });
    expect(listed).toMatchObject([
      { price: { input: 1, output: 4, long: { above: 1000, input: 2, output: 8 } } },
    ]);
  });

  it('writes rows that are read as they were', () => {
    const [plain] = of({});
    const long = { above: 9, input: 2, cachedInput: 0.5, output: 8 };
    const dear = { input: 1, cachedInput: 0.1, output: 4, long };
    for (const each of [plain!, { ...plain!, price: dear, contextTokens: 100 }])
      expect(readRow(rowOf(each))).toEqual(each);
  });

  it('leaves out what is not priced by tokens of text', () => {
    expect(of({ prices: {} })).toEqual([]);
    expect(of({ prices: { input_mtok: 1 } })).toEqual([]);
    expect(of({ prices: { ...prices, output_audio_mtok: 9 } })).toEqual([]);
    expect(of({ prices: { ...prices, requests_kcount: 9 } })).toEqual([]);
    expect(of({ id: 'text-embed', prices: { input_mtok: 1 } })).toMatchObject([
      { price: { output: 0 } },
    ]);
  });
});
