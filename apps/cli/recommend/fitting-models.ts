import { availableParallelism, totalmem } from 'node:os';
import { type Job, type SmallModel, smallModels } from './small-models.ts';

/** What a model has to run on. */
export interface Machine {
  /** Memory in GB: of the machine, or of the container if that has less. */
  readonly gigabytes: number;
  readonly cores: number;
  /** Whether a graphics processor shares the memory, as on a Mac of Apple’s own processors. */
  readonly hasSharedGpu: boolean;
}

/** A model for this machine. */
export interface Recommended extends SmallModel {
  /** Why this one, and not a smaller or a larger one. */
  readonly why: string;
  /** The line that gets it. */
  readonly command: string;
  readonly spec: string;
}

/** Reads what this machine has. */
export function thisMachine(): Machine {
  // A limit that nobody has set is larger than any memory.
  const limit = process.constrainedMemory();
  const bytes = limit > 0 ? Math.min(totalmem(), limit) : totalmem();
  return {
    gigabytes: Math.round((bytes / 1e9) * 10) / 10,
    cores: availableParallelism(),
    hasSharedGpu: process.platform === 'darwin' && process.arch === 'arm64',
  };
}

// The rest is for the system, for what is being read, and for other programs.
const shareOfMemory = 0.6;
// Each token reads the whole model from memory: what a core reads in a second is a few GB, and two
// tokens a second for each GB are still bearable.
const gigabytesPerCore = 1;

/**
 * Ranks the models that fit a machine and can do all of the jobs, the best first: the largest that
 * answers in bearable time. `alternatives` are smaller, and quicker.
 */
export function fittingModels(machine: Machine, wanted: readonly Job[]) {
  const memory = machine.gigabytes * shareOfMemory;
  const quick = machine.hasSharedGpu ? memory : machine.cores * gigabytesPerCore;
  const able = smallModels.filter(each => wanted.every(job => each.jobs.includes(job)));
  const fits = able.filter(each => each.gigabytes <= Math.min(memory, quick)).toReversed();
  const [best, ...others] = fits.map(each => recommended(each, { machine, memory, quick }));
  const smallest = able[0];
  return { best, alternatives: others.slice(0, 2), smallest };
}

function recommended(
  model: SmallModel,
  { machine, memory, quick }: { machine: Machine; memory: number; quick: number },
): Recommended {
  const bound =
    quick < memory
      ? `${machine.cores} cores answer well from models of at most ${rounded(quick)} GB`
      : `of ${machine.gigabytes} GB of memory at most ${rounded(memory)} are for a model`;
  return {
    ...model,
    why: `${model.billions} billion parameters, ${model.gigabytes} GB; ${bound}`,
    command: `ollama pull ${model.name}`,
    spec: `ollama:${model.name}`,
  };
}

function rounded(gigabytes: number): number {
  return Math.round(gigabytes * 10) / 10;
}
