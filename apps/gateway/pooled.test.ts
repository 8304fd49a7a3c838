import { describe, expect, it } from 'vitest';
import { pool } from '../../src/entries/backends.ts';
import { model } from '../../src/index.ts';
import { startWireDouble } from '../../src/testing/index.ts';
import { startGateway } from './start-gateway.ts';

describe('a pool behind a gateway', () => {
  it('is counted by member in the metrics of a gateway', async () => {
    await using up = await startWireDouble([{ text: 'Paris' }]);
    const at = (endpoint: string) => model('ollama:phi4-mini', { endpoint });
    const local = pool({
      members: [
        { model: at('http://127.0.0.1:9'), name: 'off' },
        { model: at(up.url), name: 'on' },
      ],
    });
    await using gateway = await startGateway({ local });
    const asked = { model: 'local', messages: [{ role: 'user', content: 'Capital of France?' }] };
    expect((await gateway.send('/v1/chat/completions', asked)).status).toBe(200);
    const text = await (await gateway.send('/metrics')).text();
    expect(text).toContain('tandem_pool_calls_total{pool="local",member="on"} 1');
    expect(text).toContain('tandem_pool_failures_total{pool="local",member="off"} 1');
    expect(text).toContain('tandem_pool_rest_seconds{pool="local",member="on"} 0');
  });
});
