import * as z from 'zod';
import type { AnyConfig } from '../../../src/entries/config.ts';
import { type Command, type Invocation, wrongUse } from '../command.ts';
import { table } from '../layout.ts';
import type { Style } from '../terminal.ts';
import { openWorkspace } from '../workspace.ts';
import { fittingModels, type Machine, type Recommended, thisMachine } from './fitting-models.ts';
import { type Job, jobs } from './small-models.ts';

/** `tandem recommend`: which local model fits this machine and the jobs at hand. */
export const recommend: Command = {
  name: 'recommend',
  summary: 'Say which local model fits this machine and the jobs at hand, and how to get it.',
  usage: '[options]',
  options: {
    for: {
      type: 'string',
      value: 'JOB',
      multiple: true,
      help: `${Object.keys(jobs).join(', ')} (default: what the configuration has, else chat)`,
      schema: z.enum(Object.keys(jobs) as [Job, ...Job[]]),
    },
    memory: {
      type: 'string',
      value: 'GB',
      help: 'memory there is, such as that of a graphics card (default: that of this machine)',
      schema: z.number().gt(0).max(10_000).optional(),
    },
    cores: {
      type: 'string',
      value: 'N',
      help: 'processor cores there are (default: those of this machine)',
      schema: z.number().int().min(1).max(10_000).optional(),
    },
    config: {
      type: 'string',
      value: 'FILE',
      help: 'configuration (default: tandem.config.ts, .yaml or .json here)',
    },
  },
  examples: [
    ['tandem recommend', 'for this machine, and the patterns of the configuration'],
    ['tandem recommend --for read --for code', 'one model for several jobs'],
    ['tandem recommend --memory 24 --cores 16', 'for another machine'],
  ],
  async run(invocation) {
    const { options, terminal } = invocation;
    const { style } = terminal;
    const wanted = await jobsOf(invocation);
    const machine: Machine = {
      ...thisMachine(),
      ...(options.memory !== undefined && { gigabytes: options.memory as number }),
      ...(options.cores !== undefined && { cores: options.cores as number }),
    };
    const found = fittingModels(machine, wanted);
    if (options.json) terminal.out(`${JSON.stringify({ machine, jobs: wanted, ...found })}\n`);
    else if (found.best) terminal.out(page(machine, wanted, { ...found, best: found.best, style }));
    else terminal.note(tooSmall(machine, wanted, found.smallest));
    return found.best ? 0 : 1;
  },
};

async function jobsOf(invocation: Invocation): Promise<Job[]> {
  const given = invocation.options.for as readonly Job[] | undefined;
  if (given) return [...new Set(given)];
  const { config } = await openWorkspace(invocation);
  const found = jobsIn(config);
  return found.length > 0 ? found : ['chat'];
}

const jobByPattern: Readonly<Record<string, Job>> = {
  cascade: 'chat',
  router: 'chat',
  minions: 'read',
  chain: 'read',
  auto: 'read',
  maker: 'steps',
};

function jobsIn({ patterns = {} }: AnyConfig): Job[] {
  const found = Object.values(patterns).flatMap(({ pattern }) => jobByPattern[pattern] ?? []);
  return [...new Set(found)];
}

function page(
  machine: Machine,
  wanted: readonly Job[],
  {
    best,
    alternatives,
    style,
  }: { best: Recommended; alternatives: readonly Recommended[]; style: Style },
): string {
  const gpu = machine.hasSharedGpu ? ', a graphics processor that shares it' : '';
  const smaller = alternatives.map(({ name, gigabytes, licence, command }) => [
    style.accent(name),
    `${gigabytes} GB`,
    licence,
    command,
  ]);
  return [
    `${machine.gigabytes} GB of memory, ${machine.cores} cores${gpu}; for ${wanted
      .map(job => jobs[job])
      .join(', and ')}.`,
    '',
    `  ${style.bold(best.name)}  ${best.licence}`,
    `  ${best.why}.`,
    '',
    `  ${style.accent(best.command)}`,
    `  ${style.accent(`tandem ask --local ${best.spec} "…"`)}`,
    ...(smaller.length > 0
      ? ['', style.bold('Smaller, and quicker'), table(smaller, style, '  ')]
      : []),
    '',
    style.dim('Sizes are those of Ollama’s 4-bit models; a rule of thumb, not a measurement.'),
    '',
  ].join('\n');
}

function tooSmall(
  machine: Machine,
  wanted: readonly Job[],
  smallest: { readonly name: string; readonly gigabytes: number } | undefined,
): string {
  if (!smallest)
    throw wrongUse(
      `No small model of the list does all of ${wanted.join(', ')}.`,
      'Ask for fewer.',
    );
  return (
    `${machine.gigabytes} GB of memory and ${machine.cores} cores are too little for ` +
    `${wanted.join(', ')}: the smallest model for it is ${smallest.name}, of ` +
    `${smallest.gigabytes} GB. Without a model, documents can be asked: tandem ask --doc FILE "…"`
  );
}
