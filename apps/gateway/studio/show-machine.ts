import { readCalibration } from '../../../src/entries/eval.ts';
import type { Catalogue } from '../catalogue.ts';
import type { Route } from '../exchange.ts';
import { requireReader } from './list-runs.ts';
import { machine } from './studio-answers.ts';

export const showMachine: Route = {
  method: 'get',
  path: '/v1/machine',
  summary: 'Say what is served, where it runs, what is kept and for how long.',
  scope: 'runs',
  replies: machine,
  answer: 'Models with their places, and what the journal keeps.',
  async handle(exchange) {
    requireReader(exchange);
    const { services, catalogue, caller } = exchange;
    const { studio } = services;
    const { journal: kept = {} } = catalogue.config;
    const models = await Promise.all(
      [...catalogue.served.values()].map(async ({ name, kind, modelId, place }) => ({
        name,
        kind,
        modelId,
        place: await place().catch(() => 'cloud'),
        guarantee: guaranteeOf(catalogue, name),
      })),
    );
    return {
      body: {
        object: 'machine',
        version: '0.1.0',
        isAlone: studio.isAlone,
        keeping: studio.keeping,
        journal: studio.journal?.store.name ?? null,
        mode: catalogue.policy.mode,
        keeps: { runs: daysOf(kept.keepDays), egress: daysOf(kept.keepEgressDays) },
        models: studio.isAlone ? [] : models,
        scopes: caller.key?.scopes ?? [],
      },
    };
  },
};

// As its calibration says; a file that is gone by now was read when the server began.
function guaranteeOf({ config }: Catalogue, name: string): string | null {
  const { calibration } = (config.patterns?.[name] ?? {}) as { readonly calibration?: string };
  try {
    return calibration === undefined ? null : readCalibration(calibration).guarantee;
  } catch {
    return null;
  }
}

function daysOf(days: number | undefined): string | null {
  return days === undefined ? null : `${days} days`;
}
