import type { FileJournal } from '../../../src/entries/runs.ts';
import type { Route } from '../exchange.ts';
import { findRun, notKept } from './run-details.ts';
import { egressContent } from './studio-answers.ts';

type Prompt = NonNullable<Awaited<ReturnType<FileJournal['sent']>>>;

export const getSentText: Route = {
  method: 'get',
  path: '/v1/runs/{id}/egress/{hash}/content',
  summary: 'Show the text that left with a call of a kept run, masked as it left.',
  scope: 'content',
  replies: egressContent,
  answer: 'The messages as they left, files by their size; 404 with the reason where none is kept.',
  async handle(exchange) {
    const { services, params } = exchange;
    const found = await findRun(exchange);
    const contentHash = String(params.hash);
    const { keeping, journal } = services.studio;
    if ('root' in found || !journal || keeping !== 'content') throw notKept(keeping);
    const prompt = await journal.sent(found.id, contentHash);
    if (!prompt) throw notKept('removed');
    return { body: { object: 'egress.content', contentHash, messages: prompt.map(messageOf) } };
  },
};

function messageOf({ role, content }: Prompt[number]) {
  if (typeof content === 'string') return { role, text: content };
  // What is not text is shown as its JSON, so that nothing that left is passed over.
  const texts = content.map(part =>
    part.type === 'text' || part.type === 'reasoning' ? part.text : JSON.stringify(part),
  );
  return { role, text: texts.join('\n\n') };
}
