import { describe, expect, it } from 'vitest';
import { doubleOf, promptText } from '../../src/testing/index.ts';
import { startGateway } from './start-gateway.ts';

describe('a request that asks for masking where the configuration does not', () => {
  it('is masked by the words and finders of the configuration too', async () => {
    let seen = '';
    const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, call => {
      seen = promptText(call);
      return { text: 'ok' };
    });
    const privacy = { words: ['Contoso'], finders: ['names' as const] };
    await using gateway = await startGateway({ cloud }, { privacy });
    const content = 'Please call John Smith of Contoso at john@example.org.';
    const body = { model: 'cloud', messages: [{ role: 'user', content }] };
    await gateway.send('/v1/chat/completions', body);
    expect(seen).toContain('Contoso');
    const { status } = await gateway.send('/v1/chat/completions', {
      ...body,
      tandem: { mask: true },
    });
    expect(status).toBe(200);
    expect(seen).toMatch(
      /^Please call MASKED_NAME_\w{12} of MASKED_WORD_\w{12} at MASKED_EMAIL_\w{12}\.$/,
    );
  });
});
