import { describe, expect, it } from 'vitest';
import { readableLine } from './readable-lines.ts';

const time = '2026-05-01T09:30:00.101Z';

describe('lines on a terminal', () => {
  it('say what was asked, who answered and what it cost', () => {
    const facts = {
      ...{ level: 30, time, caller: 'local', method: 'POST', path: '/v1/responses', status: 200 },
      ...{ ms: 45.4, model: 'cascade', answeredBy: 'ollama:small', place: 'device' },
      ...{ reason: 'agreement', costUsd: 0, msg: 'request' },
    };
    expect(readableLine(JSON.stringify(facts))).toBe(
      '09:30:00 200 POST /v1/responses 45 ms cascade → ollama:small (device: agreement) $0\n',
    );
  });

  it('say why a request was refused, and what else happened', () => {
    const refused = { time, method: 'GET', path: '/x', status: 404, ms: 0, code: 'not_found' };
    expect(readableLine(JSON.stringify({ ...refused, msg: 'request' }))).toBe(
      '09:30:00 404 GET /x 0 ms not_found\n',
    );
    const listening = { time, url: 'http://127.0.0.1:1', models: ['a', 'b'], msg: 'listening' };
    expect(readableLine(JSON.stringify(listening))).toBe(
      '09:30:00 listening 2 models url=http://127.0.0.1:1\n',
    );
    expect(readableLine(JSON.stringify({ time, level: 50, msg: 'unforeseen' }))).toContain('ERROR');
  });

  it('hold nothing that a terminal obeys', () => {
    const line = JSON.stringify({ time, msg: 'request', path: '/\u001b[2J\u202e', status: 404 });
    expect(readableLine(line)).toContain('/?[2J?');
  });
});
