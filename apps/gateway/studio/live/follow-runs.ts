import * as answers from '../../answers.ts';
import type { Route } from '../../exchange.ts';
import { maySee } from '../../policy/keys.ts';
import { later } from '../../wire/problem.ts';
import { requireReader } from '../list-runs.ts';

// Each page in sight is one.
const mostFollowers = 32;

export const followRuns: Route = {
  method: 'get',
  path: '/v1/events',
  summary:
    'Follow all runs: those that end, with sums of their figures, and how far those at work are. ' +
    'Ids and figures alone, at most four events a second.',
  scope: 'runs',
  replies: answers.plainText,
  answer:
    'Server-sent events: `following`, `runs`, `elsewhere` where another process wrote to the ' +
    'store, and `reset` where events were missed; `Last-Event-ID` goes on after one.',
  streams: true,
  handle(exchange) {
    requireReader(exchange);
    const { services, caller, headers, signal } = exchange;
    const { live } = services.studio;
    if (live.followers >= mostFollowers)
      throw later(
        { status: 503, code: 'too_many_followers', seconds: 5 },
        `${mostFollowers} follow already, which is the most. Close a page, or ask again later.`,
      );
    const owner = maySee(caller, 'studio') ? undefined : caller.name;
    return { events: live.follow({ owner, after: headers.get('last-event-id'), signal }) };
  },
};
