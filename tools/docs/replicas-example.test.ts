import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { spawnTandem } from '../../apps/cli/spawn-tandem.ts';
import { addressOf } from '../../src/runs/postgres/address.ts';

const example = 'examples/replicas';
const folder = mkdtempSync(join(tmpdir(), 'tandem-example-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Compose {
  readonly services: Readonly<Record<string, { environment?: Record<string, string> }>>;
}

const { services } = parse(readFileSync(`${example}/compose.yaml`, 'utf8'), {
  merge: true,
}) as Compose;
const environment = services['gateway-1']!.environment!;

describe('the example of gateways behind a balancer', () => {
  it('has a configuration that is whole with the environment that it names', async () => {
    cpSync(`${example}/tandem.config.yaml`, join(folder, 'tandem.config.yaml'));
    const { TANDEM_STORE: _, ...named } = environment;
    const env = Object.fromEntries(Object.keys(named).map(name => [name, sampleOf(name)]));
    const { code, err } = await spawnTandem(['validate'], { folder, env });
    expect([code, err]).toEqual([0, expect.not.stringContaining('error')]);
  });

  it('asks its own Postgres without TLS, which its image has not', () => {
    expect(addressOf(environment.TANDEM_STORE!)).toMatchObject({ ssl: false, place: 'network' });
    expect(services.worker!.environment).toEqual(environment);
  });
});

function sampleOf(name: string): string {
  if (name.endsWith('ENDPOINT')) return 'https://models.example.com';
  return name.endsWith('HASH') ? `sha256:${'a'.repeat(43)}` : 'secret';
}
