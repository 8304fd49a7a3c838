import { inCloud, type LanguageModel, model } from '../../src/index.ts';
import type { Measured } from './figures.ts';
import type { ModelFile } from './model-files.ts';
import type { Runtime } from './servers.ts';
import { type KeptAnswers, openWire, type Wire } from './wire.ts';

/** A model that is served, with a counting server in front. */
export interface Stand {
  readonly file: ModelFile;
  readonly runtime: Runtime['name'];
  readonly model: LanguageModel;
  /** Absent in process, where nothing crosses a wire. */
  readonly wire?: Wire;
}

/** What a part of the suite is given. */
export interface Bench {
  /** From the smallest to the largest. */
  readonly files: readonly ModelFile[];
  readonly runtimes: readonly Runtime[];
  /** Cases of each figure; absent for as many as the figure is defined on. */
  readonly rows: number | undefined;
  /** Whether kept answers stand in for servers. */
  readonly isReplay: boolean;
  /** Whether two busy loops a core may run beside. */
  readonly underLoad: boolean;
  /** BANKING77's test rows, as CSV with `text` and `category`. */
  readonly banking77: string | undefined;
  /** A folder of documents with `questions.jsonl`, as of `npm run evals -- real-documents`. */
  readonly documents: string | undefined;
  /** Which part of its questions is looked at. */
  readonly part: string;
  /** The one job that is run; absent for all. */
  readonly only: string | undefined;
  /** Where an embedder answers, before `/v1`; absent where there is none. */
  readonly embedder: string | undefined;
  /** How near texts are to a question by an embedder; absent where there is none. */
  readonly embed: ((question: string, texts: readonly string[]) => Promise<number[]>) | undefined;
  /** Stands up a model by a runtime; it is stopped with the part. */
  stand(file: ModelFile, runtime: Runtime['name']): Promise<Stand>;
  note(text: string): void;
}

/** A part of the suite. */
export type Part = (bench: Bench) => Promise<Measured>;

/** Prices that the largest model is given, in US dollars per million tokens. */
export const cloudPrice = { input: 0.4, output: 1.6 };

/** Keeps what is stood up, so that all of it is stopped. */
export function openStands(runtimes: readonly Runtime[], answers: KeptAnswers) {
  const stands = new Map<string, { stand: Stand; close(): Promise<void> }>();
  return {
    async stand(file: ModelFile, name: Runtime['name']): Promise<Stand> {
      const known = stands.get(`${name} ${file.name}`);
      if (known) return known.stand;
      const runtime = runtimes.find(each => each.name === name);
      if (!runtime) throw new Error(`There is no runtime ${name} on this machine.`);
      const opened = await runtime.open(file);
      // In process nothing crosses a wire; of a replay nothing stands behind it.
      const wire = opened.model ? undefined : await openWire(file.name, opened.url, answers);
      const stand: Stand = {
        file,
        runtime: name,
        model: opened.model ?? model(`${name}:${file.name}`, { endpoint: wire?.url ?? '' }),
        ...(wire && { wire }),
      };
      const close = async () => {
        await wire?.close();
        await opened.close();
      };
      stands.set(`${name} ${file.name}`, { stand, close });
      return stand;
    },
    async closeAll(): Promise<void> {
      for (const { close } of stands.values()) await close();
      stands.clear();
    },
  };
}

/** The two models of a cascade: the largest plays the cloud, the one below it drafts. */
export async function pairOf(bench: Bench): Promise<{ local: Stand; cloud: Stand } | string> {
  const [cloudFile, localFile] = [...bench.files].reverse();
  if (!cloudFile || !localFile) return 'two models are needed, one of which plays the cloud';
  if (!bench.runtimes.some(({ name }) => name === 'llama-server'))
    return 'llama-server is not here';
  const local = await bench.stand(localFile, 'llama-server');
  const cloud = await bench.stand(cloudFile, 'llama-server');
  return { local, cloud: { ...cloud, model: inCloud(cloud.model) } };
}

/** Works on cases two at a time, in order of the results. */
export async function inPairs<Case, Result>(
  cases: readonly Case[],
  work: (each: Case) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async () => {
    while (next < cases.length) {
      const index = next++;
      results[index] = await work(cases[index]!);
    }
  };
  await Promise.all([worker(), worker()]);
  return results;
}
