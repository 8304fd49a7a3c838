import { describe, expect, it } from 'vitest';
import { openWorkers } from './ask-workers.ts';

describe('lines that are handed to workers', () => {
  const path = 'postgres://u:secret@db.lan/x';
  const journals = [{ path }, { path, content: 'hashes' }, { path, key: '' }, { path, key: ' ' }];

  it.each(journals)(
    'lie sealed in a store elsewhere, whatever a journal keeps: %j',
    async given => {
      const open = openWorkers({ ...given, needs: [], isAgain: false });
      await expect(open).rejects.toThrow('TANDEM_JOURNAL_KEY');
      await expect(open).rejects.not.toThrow('secret');
    },
  );
});
