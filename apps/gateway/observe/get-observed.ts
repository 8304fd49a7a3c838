import { observed } from '../answers.ts';
import type { Route } from '../exchange.ts';
import { notFound } from '../wire/problem.ts';

export const getObserved: Route = {
  method: 'get',
  path: '/v1/observed',
  summary: 'Say what the observed pattern would have saved and risked.',
  scope: 'metrics',
  replies: observed,
  answer: 'Counts, money, and shares with bounds of 95 %; 404 where no pattern is observed.',
  handle({ services }) {
    services.afterwork.flush();
    const report = services.observer?.report();
    if (report) return { body: report };
    const message = 'No pattern is observed here. Start with `tandem serve --observe NAME`.';
    throw notFound(message, 'not_observed');
  },
};
