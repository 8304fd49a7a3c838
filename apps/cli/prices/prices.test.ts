import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listedModels, pricesAsOf } from '../../../src/entries/backends.ts';
import { model } from '../../../src/index.ts';
import { startWireDouble } from '../../../src/testing/index.ts';
import { runTandem } from '../run-tandem.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-prices-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const later = new Date(Date.parse(pricesAsOf) + 2 * 86_400_000).toISOString().slice(0, 10);
const prices = (...args: string[]) => runTandem(['prices', ...args], { folder });

/** The present list as its source publishes it; gpt-4.1 costs what is said. */
function published(gpt41: Record<string, unknown> = { input_mtok: 9, output_mtok: 99 }) {
  return Object.entries(listedModels()).map(([id, models]) => ({
    id,
    models: models.map(({ names, price }) => ({
      id: names[0],
      match: { equals: names[0] },
      prices:
        id === 'openai' && names[0]?.startsWith('gpt-4.1')
          ? gpt41
          : { input_mtok: price.input, output_mtok: price.output },
    })),
  }));
}

const write = (data: unknown) => {
  const file = join(folder, 'data.json');
  writeFileSync(file, typeof data === 'string' ? data : JSON.stringify(data));
  return file;
};

describe('tandem prices', () => {
  it('shows the day of the list, and models by words of their names', async () => {
    const all = await prices();
    expect([all.code, all.out]).toEqual([0, expect.stringContaining(`as of ${pricesAsOf}.`)]);
    expect((await prices('gpt-4.1', 'mini')).out).toMatch(/gpt-4\.1-mini +openai +\$0\.4/);
    const { models } = JSON.parse((await prices('gpt-4.1', '--json')).out);
    expect(models[0]).toMatchObject({ vendor: expect.any(String), price: { input: 2, output: 8 } });
    const none = await prices('nobody-has-this');
    expect([none.code, none.err]).toEqual([1, expect.stringContaining('under `prices`')]);
  });

  it.each([
    ['no JSON', '{', /is no JSON/],
    ['not a list', { models: [] }, /cannot be used/],
    ['a price below 0', published({ input_mtok: -1, output_mtok: 2 }), /cannot be used/],
    ['a price that is a text', published({ input_mtok: '2' }), /cannot be used/],
    ['a vendor without models', published().slice(1), /it has 0 models of openai/],
  ])('refuses %s, and keeps the present list', async (_what, data, says) => {
    const { code, err } = await prices('--update', '--from', write(data), '--as-of', later);
    expect([code, err.replace(/\s+/g, ' ')]).toEqual([1, expect.stringMatching(says)]);
    expect((await prices()).out).toContain(`as of ${pricesAsOf}.`);
  });

  it.each([
    [pricesAsOf, /no newer than the present list/],
    ['2999-01-01', /is not over yet/],
    ['yesterday', /a day such as 2026-09-23/],
  ])('refuses the day %s', async (asOf, says) => {
    const { err } = await prices('--update', '--from', write(published()), '--as-of', asOf);
    expect(err.replace(/\s+/g, ' ')).toMatch(says);
  });

  it('says what to do where the address cannot be reached or sends elsewhere', async () => {
    const dead = await prices('--update', '--from', 'http://127.0.0.1:9/data.json');
    expect([dead.code, dead.err]).toEqual([1, expect.stringContaining('cannot be reached')]);
    await using moved = await startWireDouble([
      { status: 302, headers: { location: 'http://127.0.0.1:9/' } },
    ]);
    const { code, err } = await prices('--update', '--from', `${moved.url}/data.json`);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/redirect|sends elsewhere|127\.0\.0\.1:9/),
    ]);
  });

  // The list that is taken holds for the process: this is the last test.
  it('fetches, checks, keeps and uses a newer list, and names large changes', async () => {
    await using site = await startWireDouble([{ raw: JSON.stringify(published()) }]);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(later) });
    const from = `${site.url}/data.json`;
    const done = await prices('--update', '--from', from).finally(() => void vi.useRealTimers());
    expect([done.code, done.out]).toEqual([0, expect.stringContaining(`as of ${later}`)]);
    expect(done.err).toMatch(/gpt-4\.1 +openai +\$2 and \$8 +→ \$9 and \$99/);
    expect(site.requests[0]).toMatchObject({ method: 'GET', text: '' });
    const kept = JSON.parse(readFileSync(join(folder, '.cache/tandem/prices.json'), 'utf8'));
    expect(kept).toMatchObject({ asOf: later, source: from });
    expect((await prices('gpt-4.1')).out).toMatch(/gpt-4\.1 +openai +\$9 +– +\$99/);
    expect(model('openai:gpt-4.1', { apiKey: 'k', env: {} }).modelId).toBe('openai:gpt-4.1');
  });
});
