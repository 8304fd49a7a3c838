import * as z from 'zod';
import type { RunDetails } from '../../../src/entries/runs.ts';
import { decideRoute, userCall } from '../../../src/index.ts';
import type { Exchange, Route } from '../exchange.ts';
import { notFound } from '../wire/problem.ts';
import { findRun } from './run-details.ts';

const routing = z.object({
  object: z.literal('run.routing'),
  to: z.string(),
  /** The probability that the local answer is as good. */
  score: z.number(),
  reason: z.string(),
  /** By how much each word moves the score: what it is, minus what it would be without the word. */
  words: z.array(z.object({ word: z.string(), change: z.number() })),
});

// The question's first words are kept: a longer one is not explained by a part of it.
const mostWords = 40;

export const getRouterWords: Route = {
  method: 'get',
  path: '/v1/runs/{id}/routing',
  summary: 'Say by which words of its question a router decided on a run.',
  scope: 'content',
  replies: routing,
  answer:
    'The words, the weightiest first; 404 of runs of other patterns, of a router that decides ' +
    'otherwise by now, and of questions that are not kept whole.',
  async handle(exchange) {
    const found = await findRun(exchange);
    const router = 'root' in found ? undefined : await routerOf(found, exchange);
    if (!router)
      throw notFound(
        'No router that is served here decides so on a question of this run.',
        'not_routed',
      );
    const { decide, text, decision } = router;
    const { to, score = 0, reason } = decision;
    const parts = text.split(/\s+/).filter(Boolean).slice(0, mostWords);
    const words = [];
    for (const [index, word] of parts.entries()) {
      const without = await decide(parts.filter((_, at) => at !== index).join(' '));
      words.push({ word, change: score - (without?.score ?? score) });
    }
    words.sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
    return { body: { object: 'run.routing', to, score, reason, words } };
  },
};

// Routers of the same models have one id: it is the one that says now what was said then.
async function routerOf({ model, title, decisions, summary }: RunDetails, { catalogue }: Exchange) {
  if (title === null) return undefined;
  const said = [summary?.reason, ...decisions.map(({ reason }) => reason)];
  for (const served of catalogue.served.values()) {
    if (served.modelId !== model) continue;
    const decide = (text: string) =>
      decideRoute(served.model, userCall(text)).catch(() => undefined);
    const decision = await decide(title);
    if (decision?.score === undefined) continue;
    if (said.some(reason => reason?.startsWith(decision.reason)))
      return { decide, decision, text: title };
  }
  return undefined;
}
