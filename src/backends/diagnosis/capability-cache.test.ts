import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { capabilitiesOf, discover } from '../../model/leaf/model/capabilities.ts';
import { openaiCompatible } from '../openai/openai-compatible.ts';
import { openCapabilityCache } from './capability-cache.ts';

const modelAt = (endpoint: string) => openaiCompatible({ model: 'm', endpoint });
const here = 'http://127.0.0.1:9/v1';
const env = () => ({ TANDEM_CACHE_DIR: mkdtempSync(join(tmpdir(), 'capabilities-')) });
const day = 24 * 3_600_000;

describe('what is remembered of a model', () => {
  it('is what was found out in use too, for the same model at the same server alone', () => {
    const folder = env();
    discover(openCapabilityCache(folder).recall(modelAt(here)), { logprobs: false });
    expect(capabilitiesOf(openCapabilityCache(folder).recall(modelAt(here)))).toEqual({
      logprobs: false,
    });
    expect(
      capabilitiesOf(openCapabilityCache(folder).recall(modelAt('http://127.0.0.1:10/v1'))),
    ).toEqual({});
    // A probe is still to be made: this is not all that can be known.
    expect(
      openCapabilityCache(folder).find('openai-compatible:m', 'http://127.0.0.1:9 1.0'),
    ).toBeUndefined();
  });

  it('corrects what a probe has found, and leaves the rest as it was', () => {
    const folder = env();
    const capabilities = { logprobs: true, tools: true, contextTokens: 4096, truncates: true };
    const known = {
      identity: 'http://127.0.0.1:9 1.0',
      capabilities,
      probedAt: new Date().toISOString(),
    };
    openCapabilityCache(folder).keep('openai-compatible:m', known);
    const model = openCapabilityCache(folder).recall(modelAt(here));
    expect(capabilitiesOf(model)).toEqual({ logprobs: true, tools: true });
    discover(model, { logprobs: false });
    const found = openCapabilityCache(folder).find('openai-compatible:m', known.identity);
    expect(found?.capabilities).toEqual({ ...capabilities, logprobs: false });
  });

  it('forgets after a week what could not be done: the server may have been updated since', () => {
    const folder = env();
    const found = (days: number) => {
      const model = openCapabilityCache(folder, () => days * day).recall(modelAt(here));
      return capabilitiesOf(model);
    };
    const model = openCapabilityCache(folder, () => 0).recall(modelAt(here));
    discover(model, { logprobs: false });
    discover(model, { tools: true });
    expect(found(6)).toEqual({ logprobs: false, tools: true });
    expect(found(8)).toEqual({ tools: true });
  });

  it('is empty where the file is no JSON', () => {
    const folder = env();
    const file = join(folder.TANDEM_CACHE_DIR, 'capabilities.json');
    writeFileSync(file, '{"models": {');
    const model = openCapabilityCache(folder).recall(modelAt(here));
    expect(capabilitiesOf(model)).toEqual({});
    discover(model, { logprobs: true });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      models: { 'openai-compatible:m': {} },
    });
  });
});
