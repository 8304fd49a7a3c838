import { TandemError } from '../../../src/index.ts';
import type { Command } from '../command.ts';
import { readFlags } from '../flags.ts';
import { journalOption, withJournal } from '../journal.ts';
import { requireRun } from '../named-run.ts';
import { type AskProgram, ask, askOnce } from './ask.ts';

/**
 * `tandem resume RUN`: asks a kept run again; what it has finished is replayed and not paid twice.
 */
export const resume: Command = {
  name: 'resume',
  summary:
    'Go on with a run that was interrupted or failed; finished calls are replayed, not paid again.',
  usage: 'RUN [options]',
  options: {
    ...journalOption,
    wait: {
      type: 'boolean',
      help: 'where another process is at work on the run, wait until it has ended',
    },
    explain: {
      type: 'boolean',
      help: 'show the decision, the calls, the cost and what left the machine',
    },
  },
  examples: [['tandem resume 3f2a…', 'a run of `tandem runs`']],
  run: invocation =>
    withJournal(invocation, async (journal, documents) => {
      const runId = await requireRun(invocation, journal);
      const program = (await journal.show(runId)).program as AskProgram | null;
      if (program?.command !== 'ask') throw notOurs(runId);
      const { json, explain, wait } = invocation.options;
      const asked = readFlags(ask, program.options);
      const options = { ...asked, json, explain: explain ?? asked.explain };
      return askOnce(
        { ...invocation, positionals: program.positionals, options },
        { journal, documents, runId, program, whenTaken: wait ? 'wait' : 'refuse' },
      );
    }),
};

function notOurs(runId: string): TandemError {
  return new TandemError(
    'invalid_argument',
    `The run ${runId} was not begun by \`tandem ask\`. Run its own program ` +
      'again, with this run id.',
    { data: { runId } },
  );
}
