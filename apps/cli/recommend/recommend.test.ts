import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runTandem } from '../run-tandem.ts';
import { fittingModels } from './fitting-models.ts';
import { type Job, jobs, smallModels } from './small-models.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-recommend-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const recommend = async (...args: string[]) => {
  const { code, out } = await runTandem(
    ['recommend', '--memory', '16', '--cores', '8', ...args, '--json'],
    { folder, env: { TANDEM_DISCOVERY: 'off' } },
  );
  return { code, ...(JSON.parse(out) as { best?: { name: string }; jobs: Job[] }) };
};

describe('tandem recommend', () => {
  it('takes the largest model that memory and cores bear', async () => {
    const on = (gigabytes: number, cores: number, hasSharedGpu = false) =>
      fittingModels({ gigabytes, cores, hasSharedGpu }, ['chat']).best?.name;
    expect([on(64, 2), on(8, 4), on(64, 16), on(3, 16), on(0.5, 8)]).toEqual([
      'llama3.2:3b',
      'gemma3:4b',
      'phi4',
      'qwen2.5:1.5b',
      undefined,
    ]);
    expect(on(16, 4, true)).toBe('phi4');
  });

  it('takes the jobs that are asked for, else those of the configuration, else chat', async () => {
    expect((await recommend()).jobs).toEqual(['chat']);
    expect(await recommend('--for', 'images')).toMatchObject({ best: { name: 'gemma3:4b' } });
    const patterns = 'patterns: { files: { pattern: minions }, task: { pattern: maker } }\n';
    writeFileSync(join(folder, 'tandem.config.yaml'), patterns);
    expect((await recommend()).jobs).toEqual(['read', 'steps']);
  });

  it('names the line that gets the model, and says where none fits', async () => {
    const run = (...args: string[]) => runTandem(['recommend', ...args], { folder });
    const fits = await run('--memory', '8', '--cores', '4');
    expect(fits.out).toMatch(/ollama pull gemma3:4b\n.*tandem ask --local ollama:gemma3:4b/);
    const small = await run('--memory', '0.5');
    expect([small.code, small.err]).toEqual([
      1,
      expect.stringContaining('are too little for chat'),
    ]);
    const wrong = await run('--for', 'singing');
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('--for')]);
  });

  it('has a model for every job, and none under a billion parameters for reading', () => {
    for (const job of Object.keys(jobs) as Job[])
      expect(smallModels.some(each => each.jobs.includes(job))).toBe(true);
    expect(smallModels.filter(each => each.billions < 1 && each.jobs.includes('read'))).toEqual([]);
  });
});
