import * as z from 'zod';
import { deferred } from '../../algorithms/deferred.ts';
import { modelOption } from '../../config/option-kinds.ts';
import { readOptions } from '../../config/read-options.ts';
import { TandemError } from '../../model/errors.ts';
import { failureKinds, failureOf } from '../../model/leaf/failure.ts';
import { capabilitiesOf, noteCapabilities } from '../../model/leaf/model/capabilities.ts';
import { declare, type ToldPlace } from '../../model/leaf/model/model-record.ts';
import { hostOf, isComposite, learnPlace, placeOf } from '../../model/leaf/model/place.ts';
import type { Call, LanguageModel } from '../../model/types.ts';
import { wrap } from '../../model/wrap.ts';
import { type MemberState, openPoolQueue, type PoolQueue } from './pool-queue.ts';

/** Options of a pool. */
export const poolOptions = deferred(() =>
  z.strictObject({
    /** The servers, as models or specs, each with how many calls it takes at a time. */
    members: z
      .array(
        z.union([
          modelOption,
          z.strictObject({
            /** The model of one server. */
            model: modelOption,
            /** What it is called in errors and figures. Default: the id of its model. */
            name: z.string().min(1).optional(),
            /** Calls that it serves at a time. Default: that of the pool. */
            concurrency: z.number().int().min(1).max(1024).optional(),
          }),
        ]),
      )
      .min(1),
    /** Calls that each server takes at a time; others wait in the pool. Default: 2. */
    concurrency: z.number().int().min(1).max(1024).default(2),
    /** The name of the pool as a model. Default: `pool` and the ids of its members. */
    modelId: z.string().min(1).optional(),
  }),
);

/** Options of a pool. */
export type PoolOptions = Readonly<z.input<typeof poolOptions>>;

interface Pool {
  readonly modelId: string;
  readonly members: readonly LanguageModel[];
  readonly names: readonly string[];
  readonly queue: PoolQueue;
  /** Those to which a call was sent, as to servers that run here. */
  readonly asked: Set<number>;
}

const pools = new WeakMap<LanguageModel, Pool>();

/**
 * Makes one local model of several servers that run the same one. Calls wait in the pool, and a
 * server that is free takes the next, first of all one whose prefix it has read last; one that
 * fails is left alone for a while, and its call goes to another, unless words of it were shown. The
 * place of the pool is the least private of its members'.
 * @throws TandemError `invalid_argument` for a pattern or a model of a cloud among the members
 * @example
 * ```ts
 * const both = pool({ members: [{ model: 'ollama:phi4-mini' }, { model: local }] });
 * ```
 */
export function pool(options: PoolOptions): LanguageModel {
  const { members: given, concurrency, modelId } = readOptions(poolOptions, options, 'pool');
  const seats = given.map(each => ('model' in each ? each : { model: each, name: undefined }));
  const members = seats.map(({ model }) => model);
  for (const member of members) requireMember(member);
  const made: Pool = {
    modelId: modelId ?? `pool(${members.map(member => member.modelId).join(', ')})`,
    members,
    names: seats.map(seat => seat.name ?? seat.model.modelId),
    queue: openPoolQueue(seats.map(seat => seat.concurrency ?? concurrency)),
    asked: new Set(),
  };
  const model: LanguageModel = {
    specificationVersion: 'v4',
    provider: 'tandem.pool',
    modelId: made.modelId,
    supportedUrls: {},
    doGenerate: call => answered(made, call, (member, to) => member.doGenerate(to)),
    doStream: call => answered(made, call, (member, to) => member.doStream(to)),
  };
  pools.set(model, made);
  const hosts = members.filter(each => placeOf(each) === 'network').map(each => hostOf(each) ?? '');
  const place = hosts.length > 0 ? 'network' : 'device';
  declare(model, {
    place,
    ...(hosts.length > 0 && { hosts: [...new Set(hosts)] }),
    told: {
      ask: async () => undefined,
      get known() {
        return movedOf(made) ?? { place };
      },
    },
  });
  return noteCapabilities(model, commonCapabilities(members));
}

/** How one server of a pool stands. */
export interface PoolMember extends MemberState {
  readonly modelId: string;
  readonly name: string;
}

/**
 * Tells how the members of a pool stand now; `undefined` of a model that is none.
 * @example
 * ```ts
 * for (const member of poolMembersOf(local) ?? []) console.log(member);
 * ```
 */
export function poolMembersOf(model: LanguageModel): readonly PoolMember[] | undefined {
  const found = pools.get(model);
  return found?.queue.states().map((state, at) => ({
    modelId: found.members[at]!.modelId,
    name: found.names[at]!,
    ...state,
  }));
}

function requireMember(member: LanguageModel): void {
  const what = isComposite(member) ? 'a pattern' : 'a model of a cloud';
  if (!isComposite(member) && placeOf(member) !== 'cloud') return;
  throw new TandemError(
    'invalid_argument',
    `A pool is of servers on this device or in its network; "${member.modelId}" is ${what}. ` +
      'Leave it out, and let a pattern ask it.',
    { data: { modelId: member.modelId } },
  );
}

// One that was asked as a server here, and whose answer said that it runs elsewhere: what it was
// sent has left, and nobody can tell which of the others does the same.
function movedOf({ members, asked }: Pool): ToldPlace | undefined {
  const moved = [...asked].find(at => placeOf(members[at]!) === 'cloud');
  if (moved === undefined) return undefined;
  const host = hostOf(members[moved]!);
  return { place: 'cloud', ...(host !== undefined && { host }) };
}

// What all can do, the whole can; the smallest context counts.
function commonCapabilities(members: readonly LanguageModel[]) {
  const known = members.map(capabilitiesOf);
  const contexts = known
    .map(({ contextTokens }) => contextTokens)
    .filter(each => each !== undefined);
  const all = (key: 'tools' | 'images' | 'logprobs' | 'streamLogprobs' | 'jsonSchema') => {
    if (known.some(each => each[key] === false)) return { [key]: false };
    return known.every(each => each[key] === true) ? { [key]: true } : {};
  };
  return {
    ...(contexts.length > 0 && { contextTokens: Math.min(...contexts) }),
    ...all('tools'),
    ...all('images'),
    ...all('logprobs'),
    ...all('streamLogprobs'),
    ...all('jsonSchema'),
  };
}

type AskingMember<Said> = (member: LanguageModel, call: Call) => PromiseLike<Said>;

async function answered<Said>(of: Pool, call: Call, ask: AskingMember<Said>): Promise<Said> {
  const reasons = new Map<number, unknown>();
  const wish = { prefix: prefixOf(call), signal: call.abortSignal };
  for (;;) {
    const at = await of.queue.take({ ...wish, not: new Set(reasons.keys()) });
    if (at === undefined) throw nobody(of, reasons);
    try {
      return await asked(of, at, { call, ask });
    } catch (error) {
      if (call.abortSignal?.aborted || isOfTheRequest(error)) throw error;
      reasons.set(at, error);
    }
  }
}

// The slot is held until the answer is whole, or its stream read or left.
async function asked<Said>(
  { members, queue, asked: sent }: Pool,
  at: number,
  { call, ask }: { readonly call: Call; readonly ask: AskingMember<Said> },
): Promise<Said> {
  const member = members[at]!;
  const held = wrap(member, {
    around: () => async work => {
      const begunMs = performance.now();
      try {
        const said = await work();
        queue.give(at, true, performance.now() - begunMs);
        return said;
      } catch (error) {
        queue.give(at, !isAway(error));
        throw error;
      }
    },
  });
  try {
    // What a server is not known to run here is asked first, without the prompt.
    if ((await learnPlace(member)) === 'cloud') throw elsewhere(member);
  } catch (error) {
    queue.give(at, false);
    throw error;
  }
  sent.add(at);
  return ask(held, call);
}

function elsewhere(member: LanguageModel): TandemError {
  return new TandemError(
    'place_not_allowed',
    `"${member.modelId}" runs at ${hostOf(member)}, not where its server is. Take it out of the ` +
      'pool.',
    { data: { modelId: member.modelId } },
  );
}

// What another server would say as well.
function isOfTheRequest(error: unknown): boolean {
  return /^(?:context_overflow|content_refused|rejected)$/.test(failureOf(error));
}

function isAway(error: unknown): boolean {
  const kind = failureOf(error);
  return failureKinds[kind].closes || /^(?:auth|unknown_model|insecure|redirected)$/.test(kind);
}

function nobody({ modelId, names, queue }: Pool, reasons: ReadonlyMap<number, unknown>) {
  const states = queue.states();
  const told = names.map((name, at) => {
    const why = reasons.has(at)
      ? String((reasons.get(at) as Error)?.message ?? reasons.get(at)).replace(/\.$/, '')
      : `has failed before, and is left alone for ${Math.ceil(states[at]!.restsMs / 1000)} s`;
    return `${name}: ${why}`;
  });
  return new TandemError(
    'model_failed',
    `No member of "${modelId}" answers. ${told.join('; ')}. Start one of them, or wait.`,
    {
      data: { modelId, attempts: reasons.size, failure: 'unavailable', isUnreachable: true },
      cause: [...reasons.values()].at(-1),
    },
  );
}

const mostPrefix = 4096;

// What calls of one chunk or one conversation begin with: that, a server may still have read.
function prefixOf({ prompt }: Call): string | undefined {
  const parts: string[] = [];
  for (const { role, content } of prompt) {
    if (role === 'system') parts.push(content);
    else if (role === 'user') {
      const [first] = content;
      if (first?.type === 'file' && first.data.type === 'text') parts.push(first.data.text);
      else if (first?.type === 'text' && content.length > 1) parts.push(first.text);
      break;
    } else break;
  }
  const whole = parts.join('\n');
  return whole === '' ? undefined : `${whole.length}:${whole.slice(0, mostPrefix)}`;
}
