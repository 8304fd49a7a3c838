import { type Command, wrongUse } from '../command.ts';
import { show } from '../commands/runs.ts';
import type { ListedBatch } from '../commands/serve.ts';
import { table } from '../layout.ts';
import { stateGiven } from '../named-store.ts';
import type { Style } from '../terminal.ts';
import { readConfig } from '../workspace.ts';

/** `tandem batches`: how far the batches are that clients have sent to servers. */
export const batches: Command = {
  name: 'batches',
  summary: 'List the batches that servers on this store work through, newest first.',
  usage: '[options]',
  options: {},
  examples: [['tandem batches', 'state, answered lines, failed ones']],
  async run(invocation) {
    const { gateway, env, folder } = invocation;
    if (!gateway)
      throw wrongUse('There is no gateway here.', 'Start the command line by `tandem`.');
    const config = await readConfig(invocation);
    const { readBatches } = await gateway();
    const rows = await readBatches({
      folder,
      settings: config.gateway,
      state: stateGiven(invocation, config),
      key: env.TANDEM_JOURNAL_KEY,
    });
    show(invocation, rows, style => pageOf(rows, style));
    return 0;
  },
};

function pageOf(rows: readonly ListedBatch[], style: Style): string {
  if (rows.length === 0) return 'No server on this store has a batch (`POST /v1/batches`).';
  return table(rows.map(cellsOf), style);
}

function cellsOf({ id, owner, status, endpoint, created_at: at, request_counts }: ListedBatch) {
  const { total, completed, failed } = request_counts;
  const wrong = failed > 0 ? `, ${failed} failed` : '';
  const begun = new Date(at * 1000).toISOString().slice(0, 16).replace('T', ' ');
  return [id, begun, status, `${completed} of ${total}${wrong}`, endpoint, owner];
}
