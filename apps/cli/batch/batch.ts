import { resolve } from 'node:path';
import * as z from 'zod';
import type { PrivacyMode } from '../../../src/index.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import type { BatchProgress, BatchReport } from '../commands/serve.ts';
import { modelOptions, text } from '../flags.ts';
import { journalOption } from '../journal.ts';
import { namedStore } from '../named-store.ts';
import { openWorkspace, readConfig } from '../workspace.ts';

// What waits in a queue costs nothing, and no worker is to wait for it.
const lanesByDefault = { own: 4, queued: 500 };
const exitCodes = { done: 0, failed: 1, interrupted: 130 };

/** `tandem batch FILE --out FILE`: many requests in a file, to be gone on with at any time. */
export const batch: Command = {
  name: 'batch',
  summary:
    'Answer a file of requests in OpenAI’s batch format; what is finished is never asked again.',
  usage: 'FILE --out FILE [options]',
  options: {
    out: {
      type: 'string',
      value: 'FILE',
      help: 'where the answers go, in the order of the requests',
    },
    model: {
      type: 'string',
      value: 'NAME',
      help: 'model or pattern that all lines ask, whatever they name',
    },
    ...modelOptions,
    lanes: {
      type: 'string',
      value: 'N',
      help: 'lines at a time: 4, with `--workers` 500, of which each takes what it has lanes for',
      schema: z.number().int().min(1).max(1024).optional(),
    },
    'per-minute': {
      type: 'string',
      value: 'N',
      help: 'most lines that are begun in a minute',
      schema: z.number().positive().optional(),
    },
    budget: {
      type: 'string',
      value: 'LIMIT',
      help: 'most that all lines may cost together, such as usd=5',
      schema: text('a limit such as usd=5', given => usdIn(given) !== undefined).optional(),
    },
    mode: {
      type: 'string',
      value: 'MODE',
      help: 'cloud-allowed, local-preferred or local-only',
      schema: z.enum(['cloud-allowed', 'local-preferred', 'local-only']).optional(),
    },
    mask: { type: 'boolean', help: 'mask personal data and keys in what goes to a cloud' },
    workers: {
      type: 'boolean',
      help: 'let the workers answer (`tandem worker`), not this process',
    },
    needs: {
      type: 'string',
      value: 'LIST',
      help: 'what a worker must have: labels, or model:NAME, by commas',
    },
    'retry-failed': { type: 'boolean', help: 'ask lines again that failed' },
    changed: {
      type: 'boolean',
      help: 'go on although the file or the models changed: what changed is asked, the rest kept',
    },
    force: { type: 'boolean', help: 'write over an output that is there' },
    ...journalOption,
  },
  examples: [
    [
      'tandem batch questions.jsonl --out answers.jsonl --model local',
      'stop it by Ctrl-C; the same line goes on',
    ],
    [
      'tandem batch q.jsonl --out a.jsonl --lanes 16 --budget usd=5',
      'ends before it would cost more than $5',
    ],
    [
      'tandem batch q.jsonl --out a.jsonl --retry-failed',
      'asks what failed again, and nothing else',
    ],
  ],
  run: runBatch,
};

async function runBatch(invocation: Invocation): Promise<number> {
  const { options, positionals, terminal, signal, folder, gateway } = invocation;
  const [input, ...more] = positionals;
  if (input === undefined || more.length > 0)
    throw wrongUse('One FILE of requests is needed.', 'Write `tandem batch FILE --out FILE`.');
  if (options.out === undefined)
    throw wrongUse('It is not said where the answers go.', 'Give `--out FILE`.');
  if (!gateway) throw wrongUse('There is no gateway here.', 'Start the command line by `tandem`.');
  const output = resolve(folder, options.out as string);
  if (output === resolve(folder, input))
    throw wrongUse('FILE and `--out` are the same.', 'Give another `--out`.');
  const { runBatchFile } = await gateway();
  const mode = options.mode as PrivacyMode | undefined;
  const needs = needsOf(invocation);
  const report = await runBatchFile({
    load: () => openWorkspace(invocation),
    journal: await journalOf(invocation),
    input: resolve(folder, input),
    output,
    controls: { ...(mode && { mode }), ...(options.mask === true && { mask: true }) },
    model: options.model as string | undefined,
    lanes:
      (options.lanes as number | undefined) ?? (needs ? lanesByDefault.queued : lanesByDefault.own),
    perMinute: options['per-minute'] as number | undefined,
    budgetUsd: usdIn(options.budget as string | undefined),
    needs,
    onUnfit: unfit =>
      terminal.note(
        `No worker has ${unfit.join(' and ')}: lines wait until one comes (\`tandem worker\`; ` +
          '`tandem workers` shows who is there).',
      ),
    retriesFailed: options['retry-failed'] === true,
    takesChanges: options.changed === true,
    overwrites: options.force === true,
    signal,
    onProgress: teller(invocation),
  });
  terminal.clearProgress();
  if (options.json) terminal.out(`${JSON.stringify({ ...report, output })}\n`);
  else terminal.note(endOf(report, options.out as string));
  return codeOf(report);
}

function needsOf({ options }: Invocation): readonly string[] | undefined {
  const needs = listOf(options.needs);
  if (options.workers !== true && needs.length === 0) return undefined;
  if (options.budget !== undefined)
    throw wrongUse('`--budget` holds in one process.', 'Use `budget.perDay` with `--workers`.');
  return needs;
}

/** Reads a list by commas. */
export function listOf(given: unknown): string[] {
  const items = String(given ?? '').split(',');
  return items.map(item => item.trim()).filter(item => item !== '');
}

function usdIn(given: string | undefined): number | undefined {
  const usd = /^(?:usd=)?(\d*\.?\d+)$/.exec(given ?? '')?.[1];
  return usd === undefined ? undefined : Number(usd);
}

// As `tandem ask --keep` keeps its runs: what a line has finished is found there again.
export async function journalOf(invocation: Invocation) {
  const { env } = invocation;
  const config = await readConfig(invocation);
  const { journal: configured = {} } = config;
  const { TANDEM_JOURNAL_KEY: key } = env;
  const { content, leaseMs } = configured;
  return {
    path: namedStore(invocation, config),
    ...(key !== undefined && { key }),
    ...(content && { content }),
    ...(leaseMs !== undefined && { leaseMs }),
  };
}

function codeOf({ ending, failed }: BatchReport): number {
  if (ending === 'interrupted') return exitCodes.interrupted;
  return ending === 'written' && failed === 0 ? exitCodes.done : exitCodes.failed;
}

function endOf(report: BatchReport, out: string): string {
  const { ending, done, failed, total, costUsd, partFile } = report;
  const cost = `$${costUsd.toFixed(4)}`;
  if (ending === 'written') {
    const asked = report.kept > 0 ? `, ${report.kept} of them finished before` : '';
    const wrong = failed > 0 ? ` ${failed} failed: their errors stand in their places.` : '';
    const again = failed > 0 && partFile !== undefined ? ' `--retry-failed` asks these again.' : '';
    return `${out}: ${total} lines${asked}, ${cost}.${wrong}${again}`;
  }
  const why = ending === 'interrupted' ? 'Stopped' : 'The budget is spent';
  const how = ending === 'interrupted' ? 'The same command goes on' : 'A higher `--budget` goes on';
  const finished = `${done} of ${total} lines are finished (${cost}) and kept in ${partFile}`;
  return `${why}: ${finished}. ${how} with the rest.`;
}

const everyMs = { terminal: 500, log: 10_000 };

// On a terminal one line that changes, else a line now and then.
function teller({ terminal, options }: Invocation): (progress: BatchProgress) => void {
  const begunMs = performance.now();
  let toldMs = begunMs;
  return progress => {
    const now = performance.now();
    const isLive = terminal.showsProgress;
    if (options.json || now - toldMs < (isLive ? everyMs.terminal : everyMs.log)) return;
    toldMs = now;
    const line = progressLine(progress, (now - begunMs) / 1000);
    if (isLive) terminal.progress(line);
    else terminal.note(line);
  };
}

/** Says how far a batch is: `120 of 500 lines, 3.1/s, $0.0400, 2 min left`. */
export function progressLine(progress: BatchProgress, seconds: number): string {
  const { total, done, failed, kept, costUsd } = progress;
  const perSecond = (done - kept) / Math.max(seconds, 0.001);
  const left = perSecond > 0 ? `, ${timeOf((total - done) / perSecond)} left` : '';
  const wrong = failed > 0 ? `, ${failed} failed` : '';
  const rate = `${perSecond.toFixed(1)}/s, $${costUsd.toFixed(4)}`;
  return `${done} of ${total} lines, ${rate}${wrong}${left}`;
}

function timeOf(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.ceil(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
