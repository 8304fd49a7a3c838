import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/index.ts';
import { doubleOf } from '../../src/testing/index.ts';
import { jsonOf, startGateway } from './start-gateway.ts';

const roles = {
  local: doubleOf({ modelId: 'local' }, () => ({ text: 'x' })),
  cloud: doubleOf({ modelId: 'cloud', place: 'cloud' }, () => ({ text: 'x' })),
};
const config = {
  patterns: {
    docs: { pattern: 'minions', maxReleased: 500, maxRounds: 2, plan: 'plain' },
    relay: { pattern: 'chain', passes: 1, unitTokens: 100 },
    tested: { pattern: 'cascade', command: ['/bin/true'] },
    chosen: { pattern: 'auto', way: 'minions' },
    half: { pattern: 'router', cloudShare: 0.5 },
  },
} as const satisfies Config;

async function statusOf(model: string, options: object): Promise<readonly [number, string]> {
  await using gateway = await startGateway(roles, config as never);
  const messages = [{ role: 'user', content: 'hello' }];
  const body = { model, messages, tandem: { options } };
  const response = await gateway.send('/v1/chat/completions', body);
  const { error } = await jsonOf(response);
  return [response.status, error?.code ?? ''];
}

describe('an option of a request', () => {
  it.each([
    ['docs', { maxReleased: 501 }],
    ['docs', { plan: 'plain', maxReleased: 1_000_000 }],
    ['docs', { maxRounds: 3 }],
    ['docs', { outline: true }],
    ['docs', { plan: 'planned' }],
    ['minions', { maxReleased: 12_001 }],
    ['minions', { maxRounds: 4 }],
    ['relay', { passes: 2 }],
    ['relay', { unitTokens: 101 }],
    ['chain', { unit: 'text' }],
    ['chosen', { way: 'whole' }],
    ['cascade', { sendDraft: true }],
    ['docs', { cloud: 'openai:gpt-4.1' }],
    ['docs', { judge: 'cloud' }],
    ['cascade', { gate: 'command', command: ['/bin/true'] }],
    ['tested', { command: ['/bin/sh', '-c', 'id'] }],
    ['tested', { commandMs: 600_000 }],
    ['cascade', { anyPair: true }],
    ['router', { anyPair: true }],
    // Where a server sends what it is asked, with whose key, and which files it reads.
    ['docs', { embedder: { model: 'e', endpoint: 'http://10.0.0.1/v1', apiKeyEnv: 'OPENAI_KEY' } }],
    ['minions', { embedder: { model: 'e', endpoint: 'https://elsewhere.example/v1' } }],
    ['relay', { embedder: { model: 'e', endpoint: 'https://elsewhere.example/v1' } }],
    ['chosen', { embedder: { model: 'e', endpoint: 'https://elsewhere.example/v1' } }],
    ['router', { embedder: { model: 'e', endpoint: 'https://elsewhere.example/v1' } }],
    ['router', { weights: '/etc/hostname' }],
    ['cascade', { calibration: '/etc/hostname' }],
    ['router', { cloudShare: 0.1 }],
    ['half', { cloudShare: 0.6 }],
  ])('of %s that is looser is refused: %o', async (model, options) => {
    expect(await statusOf(model, options)).toEqual([403, 'policy_stricter']);
  });

  it.each([
    ['docs', { maxReleased: 300, maxRounds: 1, outline: false, plan: 'plain' }],
    ['minions', { maxReleased: 12_000, maxRounds: 3, plan: 'plain' }],
    ['relay', { passes: 1, unitTokens: 50, unit: 'facts' }],
    ['chosen', { way: 'chain' }],
    ['half', { cloudShare: 0.5 }],
    ['half', { cloudShare: 0.2 }],
    ['chosen', { way: 'whole-on-device' }],
    ['auto', { way: 'whole' }],
    ['cascade', { sendDraft: false }],
    ['tested', { command: ['/bin/true'], anyPair: false }],
  ])('of %s that is as strict or stricter is heard: %o', async (model, options) => {
    const [status, code] = await statusOf(model, options);
    expect([status === 403, code]).not.toEqual([true, 'policy_stricter']);
  });
});
