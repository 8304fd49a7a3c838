import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { pricesAsOf } from '../../../src/entries/backends.ts';
import { runTandem } from '../run-tandem.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-models-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => void vi.useRealTimers());

const env = {
  TANDEM_DISCOVERY: 'off',
  HOME: folder,
  TANDEM_CACHE_DIR: folder,
  OPENAI_API_KEY: 'k',
};
const cloud = (spec: string, ...more: string[]) =>
  runTandem(['models', '--cloud', spec, ...more], { folder, env });

describe('tandem models', () => {
  it('shows what the cloud model costs and reads, and of which day that is', async () => {
    const { out } = await cloud('openai:gpt-4.1');
    const text = stripVTControlCharacters(out);
    expect(text).toContain('$2 in and $8 out per million tokens');
    expect(text).toContain('1000000 tokens');
    expect(text).toMatch(/Prices and context windows: @pydantic\/genai-prices .*, as of \d{4}-/);
    const { roles, catalogue } = JSON.parse((await cloud('openai:gpt-4.1', '--json')).out);
    expect(catalogue).toMatchObject({ asOf: pricesAsOf, isOld: expect.any(Boolean) });
    expect(roles[1]).toMatchObject({ price: { input: 2, cachedInput: 0.5, output: 8 } });
  });

  it('says that a price is unknown, and shows the one that is configured', async () => {
    const { out } = await cloud('openai:gpt-4.1-ours');
    expect(stripVTControlCharacters(out)).toContain('price unknown: give it under `prices`');
    const config = join(folder, 'priced.json');
    writeFileSync(config, '{"prices": {"gpt-4.1-ours": {"input": 3, "output": 9}}}');
    const priced = await cloud('openai:gpt-4.1-ours', '--config', config);
    expect(stripVTControlCharacters(priced.out)).toContain('$3 in and $9 out');
  });

  it('warns of a list of more than 90 days', async () => {
    const days = (count: number) => Date.parse(pricesAsOf) + count * 86_400_000;
    vi.useFakeTimers({ toFake: ['Date'], now: days(91) });
    expect((await cloud('openai:gpt-4.1')).out).toContain('91 days old');
    vi.setSystemTime(days(90));
    expect((await cloud('openai:gpt-4.1')).out).not.toContain('days old');
  });
});
