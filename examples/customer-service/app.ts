// The pages of the desk on this machine alone: a chat for customers, a list for the staff.
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { join } from 'node:path';
import type { FileJournal } from 'tandem/runs';
import { askDesk, rate } from './ask-gateway.ts';
import type { Conversation, Conversations } from './conversations.ts';
import { weekOf } from './week.ts';

/** What the pages stand on. */
export interface AppParts {
  /** Of the gateway that serves the desk. */
  readonly gatewayUrl: string;
  readonly conversations: Conversations;
  readonly journal: FileJournal;
}

interface Asked {
  readonly id: string;
  readonly text: string;
  readonly runId: string;
  readonly rating: 'up' | 'down';
}

const handedOver =
  'I cannot tell you that from our help centre. A colleague reads our conversation and answers ' +
  'here.';
const mostBytes = 16_384;

type Handler = (parts: AppParts, asked: Asked) => Promise<object> | object;

const posts: Readonly<Record<string, Handler>> = {
  async '/ask'(parts, { id, text }) {
    const conversation = parts.conversations.of(id);
    conversation.said.push({ by: 'customer', text });
    // A person has the conversation: the desk does not speak between.
    if (!conversation.waits) await answer(parts, conversation);
    return kept(parts, conversation);
  },
  '/person'(parts, { id }) {
    const conversation = parts.conversations.of(id);
    if (!conversation.waits) handOverTo(conversation);
    return kept(parts, conversation);
  },
  async '/rate'(parts, { id, runId, rating }) {
    const conversation = parts.conversations.of(id);
    const index = conversation.said.findIndex(said => said.runId === runId);
    const rated = conversation.said[index];
    const prompt = conversation.said[index - 1]?.text ?? '';
    if (rated && (await rate(parts.gatewayUrl, { runId, rating, prompt }))) rated.rating = rating;
    return kept(parts, conversation);
  },
  '/reply'(parts, { id, text }) {
    const conversation = parts.conversations.of(id);
    conversation.said.push({ by: 'person', text });
    return kept(parts, conversation);
  },
  '/close'(parts, { id }) {
    const conversation = parts.conversations.of(id);
    conversation.waits = false;
    return kept(parts, conversation);
  },
};

const gets: Readonly<Record<string, Handler>> = {
  '/conversation': ({ conversations }, { id }) => conversations.of(id),
  '/waiting': ({ conversations }) => conversations.waiting(),
  '/week': ({ journal }) => weekOf(journal),
};

async function answer({ gatewayUrl }: AppParts, conversation: Conversation): Promise<void> {
  const said = await askDesk(gatewayUrl, conversation.said);
  if (said) conversation.said.push(said);
  else handOverTo(conversation);
}

function handOverTo(conversation: Conversation): void {
  conversation.waits = true;
  conversation.said.push({ by: 'desk', text: handedOver });
}

function kept({ conversations }: AppParts, conversation: Conversation): Conversation {
  conversations.save();
  return conversation;
}

const page = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8');
const pages: Readonly<Record<string, string>> = {
  '/': page('chat.html'),
  '/staff': page('staff.html'),
};

/** Serves the pages; `listen` it on the loopback address. */
export function appServer(parts: AppParts): Server {
  return createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    respond(parts, request, url)
      .then(({ status, body, type }) => {
        response.writeHead(status, {
          'content-type': `${type}; charset=utf-8`,
          'content-security-policy': "default-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
        });
        response.end(body);
      })
      .catch((error: Error) => {
        response.writeHead(500, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ error: error.message }));
      });
  });
}

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly type: string;
}

async function respond(parts: AppParts, request: IncomingMessage, url: URL): Promise<Reply> {
  const { method = 'GET' } = request;
  // Another site's page can send neither this host nor JSON without being asked first.
  if (!/^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(request.headers.host ?? ''))
    return problem(403, 'This desk is served on 127.0.0.1 alone.');
  const shown = method === 'GET' ? pages[url.pathname] : undefined;
  if (shown !== undefined) return { status: 200, body: shown, type: 'text/html' };
  const handler = (method === 'POST' ? posts : gets)[url.pathname];
  if (!handler) return problem(404, `There is no ${method} ${url.pathname} here.`);
  const asked = method === 'POST' ? await bodyOf(request) : { id: url.searchParams.get('id') };
  const wrong = problemIn(asked as Partial<Asked>, url.pathname);
  if (wrong !== undefined) return problem(400, wrong);
  const body = JSON.stringify(await handler(parts, asked as Asked));
  return { status: 200, body, type: 'application/json' };
}

function problem(status: number, error: string): Reply {
  return { status, body: JSON.stringify({ error }), type: 'application/json' };
}

function problemIn({ id, text, rating }: Partial<Asked>, path: string): string | undefined {
  if (path === '/waiting' || path === '/week') return undefined;
  if (typeof id !== 'string' || !/^[\w-]{1,64}$/.test(id))
    return '`id` must be 1 to 64 letters, digits or "-".';
  const needsText = path === '/ask' || path === '/reply';
  if (needsText && (typeof text !== 'string' || text.trim() === '' || text.length > 2000))
    return '`text` must be 1 to 2,000 characters.';
  if (path === '/rate' && rating !== 'up' && rating !== 'down')
    return '`rating` must be "up" or "down".';
  return undefined;
}

async function bodyOf(request: IncomingMessage): Promise<object> {
  if (!request.headers['content-type']?.startsWith('application/json')) return {};
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > mostBytes) return {};
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
