import { describe, expect, it } from 'vitest';
import { isForHere } from './is-for-here.ts';

const labelOf: Readonly<Record<string, string>> = { open: 'cloud-allowed', own: 'local-only' };
const state = { file: async (_: string, id: string) => ({ label: labelOf[id] }) };
const isHere = (body: object, said: object = {}, mode?: string) =>
  isForHere({
    line: { body } as never,
    asker: {
      controls: said,
      ...{ catalogue: { policy: { mode } }, services: { state }, caller: { name: 'a' } },
    } as never,
  });
const chat = (content: unknown) => ({ model: 'm', messages: [{ role: 'user', content }] });

describe('a line of a batch', () => {
  it.each([
    ['labelled local-only', { ...chat('Hi'), tandem: { label: 'local-only' } }],
    ['of a mode that is local-only', { ...chat('Hi'), tandem: { mode: 'local-only' } }],
    ['with a file that stays here', chat([{ type: 'file', file: { file_id: 'own' } }])],
    ['with an input file that stays here', { input: [{ content: [{ file_id: 'own' }] }] }],
    ['that goes on with a response', { input: 'And?', previous_response_id: 'resp_1' }],
    ['of a conversation', { input: 'And?', conversation: 'conv_1' }],
    ['of a conversation, by an object', { input: 'And?', conversation: { id: 'conv_1' } }],
    ['with an item that is kept', { input: [{ type: 'item_reference', id: 'msg_1' }] }],
    ['with one in full, with its id', { input: [{ id: `msg_${'0a'.repeat(16)}_in3` }] }],
    ['with a compaction', { input: [{ type: 'compaction', encrypted_content: 'tandem1.SGk' }] }],
  ])('%s is answered here', async (_, body) => {
    expect(await isHere(body)).toBe(true);
  });

  it('is answered here where its batch or the gateway says so', async () => {
    expect(await isHere(chat('Hi'), { label: 'local-only' })).toBe(true);
    expect(await isHere(chat('Hi'), { mode: 'local-only' })).toBe(true);
    expect(await isHere(chat('Hi'), {}, 'local-only')).toBe(true);
  });

  it.each([
    ['of words alone', chat('Hi')],
    ['that speaks of such names', chat('Write {"file_id":"x","conversation":{}} as YAML')],
    ['with a file that may leave', chat([{ type: 'file', file: { file_id: 'open' } }])],
    ['that names none', { input: 'Hi', previous_response_id: null, conversation: null }],
    ['labelled extracts', { ...chat('Hi'), tandem: { label: 'extracts' } }],
  ])('%s may go to a worker', async (_, body) => {
    expect(await isHere(body)).toBe(false);
  });
});
