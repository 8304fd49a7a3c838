import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** One walk through src/: what a single request enters. */
export type WalkName = 'leaf' | 'cascade' | 'cascade, plain';

/** A file that was entered: how often each of its functions was called that was called at all. */
export interface Entered {
  /** From the root, with slashes. */
  readonly path: string;
  readonly calls: readonly number[];
}

/** What a walk entered, counted. */
export interface Walked {
  readonly name: WalkName;
  readonly what: string;
  readonly files: number;
  /** Files outside src/model/leaf/. */
  readonly filesBesideLeaf: number;
  readonly functions: number;
  readonly calls: number;
  /**
   * How many functions wait for one part of a stream, from the leaf outwards, as far as V8 follows
   * the awaits.
   */
  readonly depth: number;
}

/** The figures that have a bound. */
export type Bounded = 'filesBesideLeaf' | 'functions';

interface Walk {
  readonly what: string;
  readonly atMost: Readonly<Partial<Record<Bounded, number>>>;
}

/**
 * The walks and their bounds. A walk is one request in a new process, with trivial models that
 * answer at once. The journal is a file opened before; nothing is warmed up. A function counts as
 * entered when V8's precise coverage saw a call of it between the start of the request and the end
 * of its answer, arrow functions included; what is made while modules load, src/testing and the
 * models do not count. The bounds are four fifths of what the code once entered: 211 functions for
 * the leaf, 236 for the cascade.
 */
const walks: Readonly<Record<WalkName, Walk>> = {
  leaf: {
    what: 'one cloud leaf in a pattern, journaled and streamed',
    atMost: { filesBesideLeaf: 18, functions: 170 },
  },
  cascade: { what: 'a cascade that escalates, journaled and streamed', atMost: { functions: 190 } },
  'cascade, plain': {
    what: 'a cascade that escalates, neither journaled nor streamed',
    atMost: {},
  },
};

const labels: Readonly<Record<Bounded, string>> = {
  filesBesideLeaf: 'files beside src/model/leaf',
  functions: 'functions entered',
};

/** Takes every walk through src/ of the working folder, each in a process of its own. */
export function walkAll(): Walked[] {
  return (Object.keys(walks) as WalkName[]).map(walkOnce);
}

/** Takes one walk. */
export function walkOnce(name: WalkName): Walked {
  const child = join(import.meta.dirname, 'walk-child.ts');
  const said = execFileSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', child, name],
    {
      encoding: 'utf8',
    },
  );
  const { entered, trail } = JSON.parse(said) as { entered: Entered[]; trail: string[] };
  return count(name, entered, trail.length);
}

/** Counts what a walk entered. */
export function count(name: WalkName, entered: readonly Entered[], depth: number): Walked {
  const counted = entered.filter(({ path }) => !path.startsWith('src/testing/'));
  const calls = counted.flatMap(file => file.calls);
  return {
    name,
    what: walks[name].what,
    files: counted.length,
    filesBesideLeaf: counted.filter(({ path }) => !path.startsWith('src/model/leaf/')).length,
    functions: calls.length,
    calls: calls.reduce((sum, each) => sum + each, 0),
    depth,
  };
}

/** Says which figures are above their bounds. */
export function missedBy(walked: readonly Walked[]): string[] {
  return walked.flatMap(each =>
    bounds(each)
      .filter(([kind, most]) => each[kind] > most)
      .map(([kind, most]) => `${each.what}: ${each[kind]} ${labels[kind]}, at most ${most}`),
  );
}

/** Writes a walk on one line. */
export function shown(walked: Walked): string {
  const { what, files, filesBesideLeaf, functions, calls, depth } = walked;
  const waiting = depth > 0 ? `, ${depth} functions deep at each part` : '';
  return (
    `walk: ${what}: ${files} files (${filesBesideLeaf} beside src/model/leaf), ${functions} ` +
    `functions, ${calls} calls${waiting}`
  );
}

function bounds({ name }: Walked): [Bounded, number][] {
  return Object.entries(walks[name].atMost) as [Bounded, number][];
}
