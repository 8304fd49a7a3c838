import { describe, expect, it } from 'vitest';
import { placeOfHost } from './host-place.ts';

// A name that a resolver may lead to this machine or its network is judged as a name.
const hosts = {
  device: [
    'localhost',
    'LOCALHOST.',
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '0.0.0.0',
    '[::1]',
  ],
  network: ['10.0.0.1', '172.31.0.1', '192.168.1.5', '169.254.169.254', '100.64.0.1', '[fd00::1]'],
  named: ['nas', 'box.local', 'host.docker.internal', 'app.localhost', 'router.lan'],
  cloud: [
    ...['127.evil.test', '127.0.0.1.nip.io', 'localtest.me', 'localhost.evil.test', '172.32.0.1'],
    ...['192.168.1.5.evil.test', '203.0.113.9', '[2001:db8::1]', '[::ffff:203.0.113.9]'],
    ...['user@evil.test', '127.0.0.1@evil.test', '[64:ff9b::7f00:1]', '100.128.0.1'],
  ],
};

describe('a host is judged by its address alone', () => {
  const cases = Object.entries(hosts).flatMap(([place, names]) =>
    names.map(name => [name, place === 'named' ? 'network' : place] as const),
  );
  it.each(cases)('%s: %s', (host, place) => {
    for (const url of [`http://${host}/v1`, `https://${host}:11434`])
      expect(placeOfHost(url)).toBe(place);
  });
});
