import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/entries/eval.ts';
import { runTandem } from './run-tandem.ts';

const folder = mkdtempSync(join(tmpdir(), 'tandem-pair-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const run = (args: readonly string[]) =>
  runTandem(args, { folder, env: { TANDEM_DISCOVERY: 'off' } });

describe('weights of another pair of models', () => {
  it('are refused by a command, and decide by --any-pair', async () => {
    const random = seededRandom(3);
    const rows = Array.from({ length: 60 }, (_, index) => ({
      prompt: `question ${index} ${index % 2 === 0 ? 'short' : 'a long one with words'}`,
      local: { model: 'ollama:small', correct: random() < 0.5 ? 1 : 0 },
      cloud: { model: 'openai:large', correct: 1 },
    }));
    writeFileSync(join(folder, 'log.jsonl'), rows.map(row => JSON.stringify(row)).join('\n'));
    const trained = await run(['train', 'router', 'log.jsonl', '--out', 'router.json', '--json']);
    expect(JSON.parse(trained.out).training.origin).toBe('log.jsonl');
    const config = {
      models: {
        local: { spec: 'openai-compatible:other', endpoint: 'http://127.0.0.1:9/v1' },
        cloud: { spec: 'openai-compatible:large', endpoint: 'http://127.0.0.1:9/v1' },
      },
      patterns: { desk: { pattern: 'router', weights: join(folder, 'router.json') } },
    };
    writeFileSync(join(folder, 'tandem.config.json'), JSON.stringify(config));
    const refused = await run(['models']);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain('--any-pair');
    const taken = await run(['models', '--any-pair']);
    expect(taken).toMatchObject({ code: 0 });
  });
});
