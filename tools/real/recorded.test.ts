import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { calibrate } from '../../src/entries/eval.ts';
import { inCloud, model } from '../../src/index.ts';
import { decide, outcomesOf, type Pair, sharesOf } from './cascaded.ts';
import { type Item, sumsTask } from './deciding-tasks.ts';
import { knownFiles } from './model-files.ts';
import { type Recording, type Replay, readRecordings, startReplay } from './recordings.ts';
import type { Stand } from './stand.ts';
import { openKeptAnswers, openWire, type Wire } from './wire.ts';

const small = 'qwen2.5-coder-0.5b';
const large = 'qwen2.5-coder-1.5b';
const recordings = readRecordings(new URL('recorded/sums.json', import.meta.url));
const items = recordings
  .filter(of(small))
  .filter(({ prompt }) => recordings.some(each => of(large)(each) && each.prompt === prompt))
  .map(({ prompt }): Item => ({ id: prompt, prompt, reference: String(resultOf(prompt)) }));
const fitted = items.filter((_, at) => at % 2 === 0);
const tested = items.filter((_, at) => at % 2 === 1);

function of(name: string) {
  return ({ model: by }: Recording) => by === name;
}

function resultOf(prompt: string): number {
  const [, a = '', sign = '', b = ''] = /What is (\d+) ([-+*]) (\d+)\?/.exec(prompt) ?? [];
  if (sign === '*') return Number(a) * Number(b);
  return sign === '+' ? Number(a) + Number(b) : Number(a) - Number(b);
}

let replay: Replay;
let pair: Pair;
let outcomes: Awaited<ReturnType<typeof outcomesOf>>;
const wires: Wire[] = [];

beforeAll(async () => {
  replay = await startReplay(recordings);
  const cloud = await stand(large);
  pair = { local: await stand(small), cloud: { ...cloud, model: inCloud(cloud.model) } };
  outcomes = await outcomesOf(pair, sumsTask, items);
}, 30_000);
afterAll(async () => {
  for (const wire of wires) await wire.close();
  await replay.close();
});

async function stand(name: string): Promise<Stand> {
  const known = knownFiles.find(each => each.name === name)!;
  const wire = await openWire(name, replay.url, openKeptAnswers(undefined));
  wires.push(wire);
  return {
    file: { ...known, path: '', megabytes: 0 },
    runtime: 'llama-server',
    model: model(`llama-server:${name}`, { endpoint: wire.url }),
    wire,
  };
}

describe('sums that two real models answered', () => {
  it('are right so often as makes deciding worth while', () => {
    const { rows } = outcomes;
    const right = (role: 'local' | 'cloud') =>
      rows.filter(row => row[role].correct === 1).length / rows.length;
    expect(rows.length).toBeGreaterThan(90);
    expect(right('local')).toBeLessThan(0.75);
    expect(right('cloud')).toBeGreaterThan(0.85);
  });

  it('are shared out by the default gate better than by a coin', async () => {
    const { rows } = outcomes;
    const { accuracy, coin, sent } = sharesOf(rows, await decide(pair, sumsTask, items));
    expect(accuracy).toBeGreaterThan(coin);
    expect(sent).toBeLessThan(0.6);
  }, 30_000);

  it('are shared out by a gate fitted on other sums, within its cap', async () => {
    const { log } = await outcomesOf(pair, sumsTask, fitted);
    const { calibration } = calibrate(log, {
      name: 'sums',
      date: '2026-01-01',
      signals: ['minProbability'],
      demands: { maxEscalation: 0.45, confidence: 0.8 },
    });
    const { rows } = await outcomesOf(pair, sumsTask, tested);
    const decided = await decide(pair, sumsTask, tested, { calibration: calibration! });
    const { accuracy, coin, sent } = sharesOf(rows, decided);
    expect(accuracy).toBeGreaterThan(coin);
    expect(sent).toBeLessThanOrEqual(0.5);
  }, 30_000);

  it('save what the wire says that they save', async () => {
    const decided = await decide(pair, sumsTask, items);
    const sum = (key: 'savedUsd' | 'trulySavedUsd') =>
      decided.reduce((all, each) => all + each[key], 0);
    const ratio = sum('savedUsd') / sum('trulySavedUsd');
    expect(ratio).toBeGreaterThan(0.9);
    expect(ratio).toBeLessThan(1.1);
  }, 30_000);
});
