import { documentText } from './document.ts';
import type { Attempt } from './doors.ts';

const secret = { 'x-tandem-label': 'local-only' };

/** Attempts by the routes that keep conversations and shorten them. */
export const keptAttempts: Readonly<Record<string, readonly Attempt[]>> = {
  'post /v1/completions': [
    door => door.send('/v1/completions', { model: 'cloud', prompt: documentText }, secret),
  ],
  'post /v1/responses/compact': [
    door => door.send('/v1/responses/compact', { model: 'cloud', input: documentText }, secret),
    async door => {
      const body = { model: 'local', input: documentText };
      const id = door.idOf(await door.send('/v1/responses', body, secret));
      await door.send('/v1/responses/compact', { model: 'cloud', previous_response_id: id });
    },
  ],
  'post /v1/responses/input_tokens': [
    door =>
      door.send('/v1/responses/input_tokens', { model: 'cloud', input: documentText }, secret),
  ],
  'post /v1/responses/{id}/cancel': [
    async door => {
      const body = { model: 'cloud', input: documentText, background: true };
      const id = door.idOf(await door.send('/v1/responses', body, secret));
      await door.send(`/v1/responses/${id}/cancel`, {});
    },
  ],
  'post /v1/conversations': [
    async door => {
      const items = [{ role: 'user', content: documentText }];
      const id = door.idOf(await door.send('/v1/conversations', { items }, secret));
      await door.send('/v1/responses', { model: 'cloud', conversation: id, input: '?' });
      await door.send('/v1/responses/compact', { model: 'cloud', conversation: id });
    },
  ],
  'post /v1/conversations/{id}': [
    async door => {
      const items = [{ role: 'user', content: documentText }];
      const id = door.idOf(await door.send('/v1/conversations', { items }, secret));
      await door.send(`/v1/conversations/${id}`, { metadata: { topic: 'fees' } });
      await door.send('/v1/responses', { model: 'cloud', conversation: id, input: '?' });
    },
  ],
  'post /v1/conversations/{id}/items': [
    async door => {
      const id = door.idOf(await door.send('/v1/conversations', {}));
      const items = [{ role: 'user', content: documentText }];
      await door.send(`/v1/conversations/${id}/items`, { items }, secret);
      await door.send('/v1/responses', { model: 'cloud', conversation: id, input: '?' });
    },
  ],
};
