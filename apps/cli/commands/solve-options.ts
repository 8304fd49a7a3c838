import type { Pilot, Projection, SolveOptions } from '../../../src/entries/solve.ts';
import { type Invocation, wrongUse } from '../command.ts';
import { table } from '../layout.ts';
import type { RunWatch } from '../watch-run.ts';
import { nothingToAskWith, openWorkspace } from '../workspace.ts';
import { pilotRows, progressLine, projectionRows } from './solve-report.ts';
import type { AnyTask } from './solve-task.ts';

/** Reads the options of a run from the command line. @throws TandemError for wrong use */
export async function optionsOf(
  invocation: Invocation,
  { task, watch }: { readonly task: AnyTask; readonly watch: RunWatch },
): Promise<SolveOptions<unknown, unknown>> {
  const { options, signal } = invocation;
  const number = (name: string) => options[name] as number | undefined;
  const temperature = number('temperature');
  const optional = {
    k: number('k'),
    target: number('target'),
    seed: number('seed'),
    maxSamples: number('max-samples'),
  };
  const isPiloted = options.posterior || options.pilot || options.proven || options.votes;
  if (optional.k !== undefined && isPiloted)
    throw wrongUse(
      '`--k` says what `--pilot`, `--posterior` and `--proven` are there to find out.',
      'Leave one out.',
    );
  const models = await modelsOf(invocation);
  return {
    task,
    ...models,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    ...(temperature !== undefined && { temperatures: [temperature, temperature] as const }),
    ...(options.posterior && { rule: 'posterior' as const }),
    ...(options.proven && { ceiling: 'proven' as const }),
    askBeyond: {
      usd: options['ask-beyond-usd'] as number,
      durationMs: 60_000 * (options['ask-beyond-minutes'] as number),
    },
    confirm: projection => confirm(projection, invocation),
    onPilot: (found, projection) => announce(invocation, { task, found, projection }),
    ...(watch.onEvent && { run: { onEvent: watch.onEvent } }),
    onProgress: progress => watch.say(progressLine(progress)),
    signal,
  };
}

async function modelsOf(
  invocation: Invocation,
): Promise<Pick<SolveOptions<unknown, unknown>, 'solver' | 'escalate' | 'pilot'>> {
  const { options } = invocation;
  const { resolved, roles } = await openWorkspace(invocation);
  const named = (options.solver as string[] | undefined) ?? [];
  const solver =
    named.length > 0
      ? named.map(name => resolved.find(name))
      : [roles.local ?? roles.cloud].filter(model => model !== undefined);
  if (solver.length === 0) throw nothingToAskWith();
  const votes = options.votes as number | undefined;
  const found = (name: string) => resolved.find(options[name] as string);
  return {
    solver,
    ...(options.escalate !== undefined && { escalate: found('escalate') }),
    pilot: {
      ...(options.truth !== undefined && { truth: { solver: found('truth') } }),
      ...(options.states !== undefined && { states: options.states as number | 'all' }),
      ...(votes !== undefined && { votes }),
    },
  };
}

function announce(
  { terminal, options }: Invocation,
  { task, found, projection }: { task: AnyTask; found: Pilot; projection: Projection },
): void {
  if (options.json) return;
  const rows = [...pilotRows(found, terminal.style), ...projectionRows(projection)];
  terminal.note(`${task.name}\n${table(rows, { columns: terminal.width }, '  ')}\n`);
}

async function confirm(
  projection: Projection,
  { options, terminal, signal }: Invocation,
): Promise<boolean> {
  if (options.yes) return true;
  if (!terminal.isInteractive || options.json) {
    terminal.note(
      'The run is projected beyond what may be taken unasked. Give --yes, or raise --ask-beyond-….',
    );
    return false;
  }
  const question = `Go on with ${Math.round(projection.samples)} samples? [y/N] `;
  return /^y(es)?$/i.test(((await terminal.ask(question, signal)) ?? '').trim());
}
