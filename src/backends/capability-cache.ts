import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Capabilities, noteCapabilities } from '../model/capabilities.ts';
import type { LanguageModel } from '../model/types.ts';
import type { Speed } from './probe.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What was found out about a model, and of which server and model version it is true. */
export interface KnownModel {
  /** Place, versions of the server and the model: another one means that the probe is to be made again. */
  readonly identity: string;
  readonly capabilities: Capabilities;
  readonly speed?: Speed;
  /** ISO date. */
  readonly probedAt: string;
}

/** Capabilities that were probed before, by model id. */
export interface CapabilityCache {
  find(modelId: string, identity: string): KnownModel | undefined;
  /** Tells a model what was found out about it before; what depends on how the server was started is left out. */
  recall<Model extends LanguageModel>(model: Model): Model;
  keep(modelId: string, known: KnownModel): void;
}

/** The folder in which what can be found out again is kept: `TANDEM_CACHE_DIR`, else that of the system. */
export function cacheFolder(env: Environment): string {
  const base = env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache');
  return env.TANDEM_CACHE_DIR || join(base, 'tandem');
}

/** Opens the cache; one that cannot be read or written is empty. */
export function openCapabilityCache(env: Environment): CapabilityCache {
  const file = join(cacheFolder(env), 'capabilities.json');
  const knownById = read(file);
  return {
    find: (modelId, identity) => (knownById[modelId]?.identity === identity ? knownById[modelId] : undefined),
    recall(model) {
      const { contextTokens: _now, truncates: _then, ...lasting } = knownById[model.modelId]?.capabilities ?? {};
      return noteCapabilities(model, lasting);
    },
    keep(modelId, known) {
      knownById[modelId] = known;
      write(file, knownById);
    },
  };
}

function read(file: string): Record<string, KnownModel> {
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as { models?: Record<string, KnownModel> };
    return { ...value.models };
  } catch {
    return {};
  }
}

function write(file: string, models: Record<string, KnownModel>): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, JSON.stringify({ models }, undefined, 2));
    renameSync(draft, file);
  } catch {
    // A cache that cannot be written costs a probe, nothing else.
  }
}
