import { TandemError } from '../../../src/index.ts';
import { openLedger } from '../../../src/runs/ledger.ts';
import type { LedgerWord } from './long-ledger.ts';

// Waits for a ledger, goes on with it to its end, and tells how far it is.
const [path = '', count = '0', leaseMs = '0'] = process.argv.slice(2);
const tell = (word: LedgerWord) => void process.send?.(word);

try {
  const ledger = await openLedger({
    ...{ path, runId: 'long', whenTaken: 'wait', leaseMs: Number(leaseMs) },
  });
  tell({ kind: 'holds', steps: ledger.length, atMs: Date.now() });
  for (let step = ledger.length; step < Number(count); step++) {
    const full = ledger.add({ action: [step], votes: 1, costUsd: 0 });
    if (!full) continue;
    await full;
    tell({ kind: 'wrote', steps: step + 1, atMs: Date.now() });
  }
  await ledger.flush();
  ledger.end('done');
  ledger.close();
  tell({ kind: 'done', steps: Number(count), atMs: Date.now() });
} catch (error) {
  if (!TandemError.isInstance(error)) throw error;
  tell({ kind: error.code === 'run_taken' ? 'lost' : 'failed', steps: 0, atMs: Date.now() });
}
process.disconnect();
