import * as z from 'zod';
import { openRunQueue, openStore } from '../../../src/entries/runs.ts';
import { journalOf, listOf } from '../batch/batch.ts';
import { type Command, wrongUse } from '../command.ts';
import { show } from '../commands/runs.ts';
import { modelOptions } from '../flags.ts';
import { journalOption } from '../journal.ts';
import { table } from '../layout.ts';
import { openWorkspace } from '../workspace.ts';

/** `tandem worker`: takes lines of batches, on any number of machines. */
export const worker: Command = {
  name: 'worker',
  summary: 'Answer lines of batches that other processes hand out, from a store on Postgres.',
  usage: '[options]',
  options: {
    ...modelOptions,
    lanes: {
      type: 'string',
      value: 'N',
      help: 'lines at a time',
      schema: z.number().int().min(1).max(1024).default(4),
    },
    label: { type: 'string', value: 'LIST', help: 'what this machine has, such as gpu, by commas' },
    'grace-seconds': {
      type: 'string',
      value: 'N',
      help: 'how long what is at work may go on at the end',
      schema: z.number().min(0).default(20),
    },
    ...journalOption,
  },
  examples: [
    ['TANDEM_STORE=postgres://tandem@db/tandem tandem worker', 'on each machine'],
    ['tandem worker --label gpu --lanes 8', 'for `tandem batch … --needs gpu` too'],
  ],
  async run(invocation) {
    const { options, terminal, gateway } = invocation;
    if (!gateway)
      throw wrongUse('There is no gateway here.', 'Start the command line by `tandem`.');
    const { runWorker } = await gateway();
    const lanes = options.lanes as number;
    const done = await runWorker({
      load: () => openWorkspace(invocation),
      journal: await journalOf(invocation),
      lanes,
      labels: listOf(options.label),
      signal: endOf(invocation.signal),
      graceMs: (options['grace-seconds'] as number) * 1000,
      onReady: has =>
        terminal.note(`${lanes} lanes wait for lines; this worker has ${has.join(', ')}.`),
      onAway: (seconds, model) =>
        terminal.note(
          `The server of ${model === '' ? 'a model' : `"${model}"`} does not answer here ` +
            `(\`tandem doctor\`): its lines are left to other workers for ${seconds} s.`,
        ),
    });
    terminal.note(`${done} lines answered.`);
    return 0;
  },
};

// What stops a service, as well as Ctrl-C.
function endOf(signal: AbortSignal): AbortSignal {
  const ended = new AbortController();
  process.once('SIGTERM', () => ended.abort());
  return AbortSignal.any([signal, ended.signal]);
}

/** `tandem workers`: who works, and how much waits. */
export const workers: Command = {
  name: 'workers',
  summary: 'List the workers of a store on Postgres, and how much waits for them.',
  usage: '[options]',
  options: journalOption,
  examples: [['tandem workers', 'who was heard of in the last half minute']],
  async run(invocation) {
    const { gateway } = invocation;
    if (!gateway)
      throw wrongUse('There is no gateway here.', 'Start the command line by `tandem`.');
    const { listWorkers } = await gateway();
    const { path } = await journalOf(invocation);
    await using queue = await openRunQueue(path, { patienceMs: 2000 });
    await using store = openStore(path, { patienceMs: 2000 });
    const rows = await listWorkers(store);
    const progress = await queue.progress();
    show(invocation, { workers: rows, queue: progress }, style => {
      const { waiting, active, ended } = progress;
      const line = `${waiting} lines wait, ${active} are at work, ${ended} have ended.`;
      if (rows.length === 0) return `No worker runs. ${line}`;
      const cells = rows.map(({ host, pid, lanes, has, active: now, done }) => [
        ...[`${host} ${pid}`, `${now} of ${lanes} lanes`, `${done} done`, has.join(', ')],
      ]);
      return `${table(cells, style)}\n${line}`;
    });
    return 0;
  },
};
