import { describe, expect, it } from 'vitest';
import { advise } from '../../index.ts';
import { noteCapabilities } from '../../model/leaf/model/capabilities.ts';
import { doubleOf } from '../../testing/double.ts';

const cloud = (modelId = 'gpt-4.1') => doubleOf({ modelId, place: 'cloud' }, () => ({ text: '' }));
const local = () => doubleOf({ modelId: 'local' }, () => ({ text: '' }));
const document = (tokens: number) => [{ text: 'abcd'.repeat(tokens) }];
const question = 'What was the revenue of 2023?';
const way = (advice: ReturnType<typeof advise>, name: string) =>
  advice.ways.find(each => each.name === name)!;

describe('advise', () => {
  it('compares all ways by calls, tokens, price and what leaves', () => {
    const advice = advise({
      question,
      documents: document(100_000),
      local: local(),
      cloud: cloud(),
      label: 'cloud-allowed',
    });
    expect(way(advice, 'whole')).toMatchObject({
      calls: { device: 0, cloud: 1 },
      leavingTokens: 100_000,
    });
    // 100,008 tokens at $2 and 300 at $8 a million.
    expect(way(advice, 'whole').costUsd).toBeCloseTo(0.2024, 3);
    expect(way(advice, 'whole-on-device')).toMatchObject({ costUsd: 0, leavingTokens: 0 });
    expect(way(advice, 'chain').calls.cloud).toBe(1);
    expect(way(advice, 'chain').mostDeviceCalls).toBe(2 * way(advice, 'chain').calls.device);
    expect(way(advice, 'minions').leavingTokens).toBeLessThan(5000);
    expect(advice.best).toBe('minions');
    expect(advice.why).toMatch(/above the break-even of [\d,]+/);
  });

  it('finds the break-even at which the whole costs as much', () => {
    for (const reader of ['minions', 'chain'] as const) {
      const at = (tokens: number) =>
        advise({ question, documents: document(tokens), cloud: cloud() });
      const from = at(1000).breakEvenTokens[reader] as number;
      const saving = (tokens: number) =>
        (way(at(tokens), 'whole').costUsd as number) - (way(at(tokens), reader).costUsd as number);
      expect(saving(from)).toBeGreaterThan(0);
      expect(saving(from - 2)).toBeLessThanOrEqual(0);
    }
  });

  it('TRAP 14: a price that is not known is unknown, not nothing', () => {
    const advice = advise({ question, documents: document(50_000), cloud: cloud('mystery') });
    expect(way(advice, 'whole').costUsd).toBe('unknown');
    expect(advice.why).toContain('an unknown price');
    expect(advice.notes.join(' ')).toContain('The price of mystery is not known');
  });

  it('tells the time from speeds that were measured, and else that it is unknown', () => {
    const speeds = { local: { input: 1000, output: 20 }, 'gpt-4.1': { input: 5000, output: 50 } };
    const given = {
      question,
      documents: document(10_000),
      local: local(),
      cloud: cloud(),
      label: 'cloud-allowed' as const,
    };
    expect(way(advise(given), 'whole').seconds).toBe('unknown');
    expect(way(advise({ ...given, speeds }), 'whole').seconds).toBeCloseTo(2 + 6, 0);
    expect(way(advise({ ...given, speeds }), 'chain').seconds).toBeGreaterThan(10);
  });

  it('closes ways by label, mode and window, and says why', () => {
    const given = { question, documents: document(100_000), cloud: cloud(), local: local() };
    expect(way(advise(given), 'whole').closed).toContain('the label "extracts"');
    expect(way(advise({ ...given, mode: 'local-only' }), 'minions').closed).toContain('local-only');
    expect(way(advise(given), 'whole-on-device').closed).toContain('do not fit the 8192 of local');
    const small = noteCapabilities(cloud(), { contextTokens: 16_000 });
    expect(
      way(advise({ ...given, cloud: small, label: 'cloud-allowed' }), 'whole').closed,
    ).toContain('do not fit');
    expect(advise({ ...given, mode: 'local-only' }).why).toContain('its extracts are the answer');
  });

  it('counts further rounds of minions, as those of chain', () => {
    const advice = advise({ question, documents: document(20_000), cloud: cloud() });
    const { calls, mostDeviceCalls } = way(advice, 'minions');
    expect(mostDeviceCalls).toBe(3 * calls.device);
  });

  it('gives the best passages to a local model that is too weak a worker, and says so', () => {
    const weak = noteCapabilities(local(), { forms: false });
    const given = { question, documents: document(100_000), cloud: cloud(), local: weak };
    const { best, why, notes } = advise({ ...given, mode: 'local-only' });
    expect(best).toBe('retrieval-on-device');
    expect(why).toContain('as a worker it is too weak');
    expect(notes.join(' ')).toContain('local is too weak a worker for MINIONS');
    expect(way(advise(given), 'retrieval-on-device')).toMatchObject({ leavingTokens: 0 });
    expect(advise(given).best).toBe('minions');
  });

  it('says of a small document that it may be sent whole, or kept home at a price', () => {
    const { best, why } = advise({
      question,
      documents: document(300),
      cloud: cloud(),
      label: 'cloud-allowed',
    });
    expect(best).toBe('whole');
    expect(why).toMatch(
      /The document is small.*Send it whole for \$\S+, or keep it home with minions for \$/,
    );
  });

  it('takes the label of the strictest document', () => {
    const documents = [...document(10), { ...document(10)[0]!, label: 'local-only' as const }];
    expect(
      way(advise({ question, documents, cloud: cloud(), label: 'cloud-allowed' }), 'whole').closed,
    ).toContain('local-only');
  });

  it('refuses sizes that are none', () => {
    expect(() => advise({ question, documents: [], cloud: cloud(), answerTokens: -1 })).toThrow(
      '`answerTokens`',
    );
  });
});
