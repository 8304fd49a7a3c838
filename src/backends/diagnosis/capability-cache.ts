import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  type Capabilities,
  noteCapabilities,
  onDiscovery,
} from '../../model/leaf/model/capabilities.ts';
import type { LanguageModel } from '../../model/types.ts';
import type { Environment } from '../backend.ts';
import { originOf } from '../server-origin.ts';
import type { Speed } from './probe.ts';

/** What was found out about a model, and of which server and model version it is true. */
export interface KnownModel {
  /**
   * Place, versions of the server and the model: another one means that the probe is to be made
   * again.
   */
  readonly identity: string;
  readonly capabilities: Capabilities;
  readonly speed?: Speed;
  /** ISO date. */
  readonly probedAt: string;
}

/** What was found out about models, by a probe or while they were used; by model id. */
export interface CapabilityCache {
  find(modelId: string, identity: string): KnownModel | undefined;
  /**
   * Tells a model what was found out about it at its server before, and keeps what is found out
   * from now on. What depends on how the server was started is left out, and after a week so is
   * what it could not do: it may by now.
   */
  recall<Model extends LanguageModel>(model: Model): Model;
  keep(modelId: string, known: KnownModel): void;
}

/**
 * The folder in which what can be found out again is kept: `TANDEM_CACHE_DIR`, else that of the
 * system.
 */
export function cacheFolder(env: Environment): string {
  const base = env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache');
  return env.TANDEM_CACHE_DIR || join(base, 'tandem');
}

/**
 * Opens the cache; one that cannot be read or written is empty. `now` is in milliseconds since
 * 1970.
 * @example
 * ```ts
 * const cache = openCapabilityCache(process.env);
 * ```
 */
export function openCapabilityCache(
  env: Environment,
  now: () => number = Date.now,
): CapabilityCache {
  const file = join(cacheFolder(env), 'capabilities.json');
  const knownById = read(file);
  const keep = (modelId: string, known: KnownModel) => {
    // Another process may have kept something meanwhile.
    Object.assign(knownById, read(file), { [modelId]: known });
    write(file, knownById);
  };
  return {
    find: (modelId, identity) =>
      knownById[modelId]?.identity === identity ? knownById[modelId] : undefined,
    recall(model) {
      const origin = originOf(model);
      const here = () => {
        const known = knownById[model.modelId];
        return known && (origin === undefined || originIn(known) === origin) ? known : undefined;
      };
      const known = here();
      if (known) noteCapabilities(model, lastingOf(known, now()));
      onDiscovery(model, found => {
        const { identity = `${origin ?? ''} in use`, capabilities, speed } = here() ?? {};
        const probedAt = new Date(now()).toISOString();
        keep(model.modelId, {
          identity,
          capabilities: { ...capabilities, ...found },
          ...(speed && { speed }),
          probedAt,
        });
      });
      return model;
    },
    keep,
  };
}

function originIn({ identity }: KnownModel): string {
  return identity.split(' ', 1)[0]!;
}

const weekMs = 7 * 24 * 3_600_000;

function lastingOf({ capabilities, probedAt }: KnownModel, now: number): Capabilities {
  const { contextTokens: _now, truncates: _then, ...lasting } = capabilities;
  const { refuses: _refused, ...able } = lasting;
  const isOld = !(now - Date.parse(probedAt) < weekMs);
  return isOld
    ? Object.fromEntries(Object.entries(able).filter(([, can]) => can !== false))
    : lasting;
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
