import { describe, expect, it } from 'vitest';
import type { AnyConfig } from '../../../src/entries/config.ts';
import { scriptedModel } from '../../../src/testing/index.ts';
import { startGateway } from '../start-gateway.ts';
import type { ObservedReport } from './observed-report.ts';

const many = (text: string) => new Array<string>(40).fill(text);
const models = (answers: { readonly local: string; readonly cloud: string }) => ({
  local: scriptedModel(many(answers.local), { modelId: 'small' }),
  cloud: scriptedModel(many(answers.cloud), { modelId: 'gpt-4.1', place: 'cloud' }),
});
type Gateway = Awaited<ReturnType<typeof startGateway>>;

async function ask(gateway: Gateway, text: string, more: object = {}): Promise<string> {
  const messages = [{ role: 'user', content: text }];
  const body = { model: 'cloud', messages, ...more };
  const reply = await gateway.send('/v1/chat/completions', body);
  expect(reply.status).toBe(200);
  return reply.text();
}

async function reported(gateway: Gateway, requests: number): Promise<ObservedReport> {
  for (let tries = 0; tries < 200; tries++) {
    const found = (await (await gateway.send('/v1/observed')).json()) as ObservedReport;
    if (found.observed + found.failed + found.leftOut >= requests) return found;
    await new Promise(done => setTimeout(done, 20));
  }
  throw new Error('Nothing was observed.');
}

const observing = (observe: string, patterns: AnyConfig['patterns'] = {}) => ({
  gateway: { observe },
  patterns,
});

describe('a pattern that is observed', () => {
  it('leaves traffic as it is, pays nothing, and says what it would have saved', async () => {
    const { local, cloud } = models({ local: 'Paris', cloud: 'Paris.' });
    await using gateway = await startGateway({ local, cloud }, observing('cascade'));
    for (const stream of [false, true, false])
      expect(await ask(gateway, 'Capital of France?', { stream })).toContain('gpt-4.1');
    const found = await reported(gateway, 3);
    expect(cloud.calls).toHaveLength(3);
    expect(found).toMatchObject({ observed: 3, failed: 0, leftOut: 0, compared: 3, same: 3 });
    expect(found.paidUsd).toBeGreaterThan(0);
    expect(found.savedUsd).toBe(found.paidUsd);
    expect(found.local!.low).toBeLessThan(0.5);
    expect(found.said.join(' ')).toContain('3 requests were observed for "cascade"');
    const text = await (await gateway.send('/metrics')).text();
    expect(text).toContain('tandem_observed_total{model="cascade",would="local"} 3');
  });

  it('counts what its gate would have sent on, and answers that differ', async () => {
    const empty = models({ local: '', cloud: 'Paris' });
    await using strict = await startGateway(empty, observing('cascade'));
    await ask(strict, 'Capital of France?');
    expect(await reported(strict, 1)).toMatchObject({ savedUsd: 0, compared: 0 });
    const wrong = models({ local: 'Rome', cloud: 'Paris' });
    await using other = await startGateway(wrong, observing('cascade'));
    const input = { model: 'cloud', input: 'Capital of France?' };
    expect((await other.send('/v1/responses', input)).status).toBe(200);
    expect(await reported(other, 1)).toMatchObject({ compared: 1, same: 0 });
  });

  it('asks nobody for what a router sends to the cloud', async () => {
    const { local, cloud } = models({ local: 'a', cloud: 'b' });
    const hard = { pattern: 'router', scorer: 'hand', localFrom: 1, cloudBelow: 1 };
    await using gateway = await startGateway({ local, cloud }, observing('hard', { hard }));
    await ask(gateway, 'Prove that there are infinitely many primes.');
    expect(await reported(gateway, 1)).toMatchObject({ savedUsd: 0, observed: 1 });
    expect(local.calls).toHaveLength(0);
  });

  it('is not observed where it answers itself, and must be one that is there', async () => {
    const { local, cloud } = models({ local: 'Paris', cloud: 'Paris' });
    await using gateway = await startGateway({ local, cloud }, observing('cascade'));
    await ask(gateway, 'Capital of France?', { model: 'cascade' });
    expect(await reported(gateway, 0)).toMatchObject({ observed: 0, since: null, local: null });
    await expect(startGateway({ local, cloud }, observing('local'))).rejects.toThrow(
      'is "local", which is no pattern here',
    );
    await using plain = await startGateway({ local, cloud });
    expect((await plain.send('/v1/observed')).status).toBe(404);
  });
});
