// Asks the desk over the gateway's own interface, as a shop in any language would.

import type { Said } from './conversations.ts';
import { asksForPerson } from './desk.ts';

interface Completion {
  readonly choices: readonly { readonly message: { readonly content: string | null } }[];
  readonly tandem: {
    readonly runId: string;
    readonly answeredBy: string;
    readonly citations?: readonly { readonly title?: string }[];
  };
}

const turns = 8;

/** Gets the desk's answer to a conversation; `undefined` where a person must take over. */
export async function askDesk(url: string, said: readonly Said[]): Promise<Said | undefined> {
  const messages = said.slice(-turns).map(({ by, text }) => ({
    role: by === 'customer' ? 'user' : 'assistant',
    content: text,
  }));
  const response = await post(`${url}/v1/chat/completions`, { model: 'desk', messages });
  if (!response.ok) {
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    // Without a larger model, what the local one is not sure of goes to a person.
    if (error.code !== 'not_configured') console.error(`${error.code}: ${error.message}`);
    return undefined;
  }
  const { choices, tandem } = (await response.json()) as Completion;
  const text = choices[0]?.message.content ?? '';
  if (asksForPerson(text)) return undefined;
  const titles = (tandem.citations ?? []).flatMap(({ title }) => title ?? []);
  return {
    by: 'desk',
    text: text.replace(/ \[e\d+\]/g, ''),
    runId: tandem.runId,
    answeredBy: tandem.answeredBy,
    articles: [...new Set(titles)],
  };
}

/** Sends a thumb; says whether it was kept. */
export async function rate(
  url: string,
  rating: { readonly runId: string; readonly rating: 'up' | 'down'; readonly prompt: string },
): Promise<boolean> {
  const { runId, ...rest } = rating;
  return (await post(`${url}/v1/feedback`, { run_id: runId, ...rest })).ok;
}

function post(url: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}
