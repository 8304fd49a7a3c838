import type { RunFacts } from '../store.ts';

/** Where an engine of tables keeps each fact of a run. */
export const columnOfFact: Readonly<Record<keyof RunFacts, string>> = {
  owner: 'owner',
  parent: 'parent',
  program: 'program',
  title: 'title',
  pattern: 'pattern',
  model: 'model',
  answeredBy: 'answered_by',
  place: 'place',
  degraded: 'degraded',
  savedUsd: 'saved_usd',
  baseline: 'baseline',
  coverage: 'coverage',
  summary: 'summary',
};
