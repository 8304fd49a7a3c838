import { leavesOf, type Place, type Span, type Tokens, type Usd } from '../../trace/span.ts';
import { textOf } from '../answer.ts';
import { listAtWork } from '../leaf/cost/catalogue.ts';
import { addUsd, costOf, priceOf } from '../leaf/cost/prices.ts';
import { placeOf } from '../leaf/model/place.ts';
import type { Answer, LanguageModel } from '../types.ts';
import type { Scope } from './scope.ts';

/** What a pattern says of its own answer. */
export interface About {
  /** Why this answer, in a few words: `agreement 1.00 >= 0.67`. At most 200 characters are kept. */
  readonly reason: string;
  /** The model whose answer it is. Default: this pattern, which runs on the device. */
  readonly answeredBy?: LanguageModel;
  /** 0..1 */
  readonly confidence?: number;
  /** True when a better way was closed; the reason says which. */
  readonly degraded?: boolean;
  readonly coverage?: Coverage;
  /** Whether every vote had a winner. */
  readonly converged?: boolean;
  /** The steps of a plan, as they went. */
  readonly plan?: Summary['plan'];
  /** What would have gone to a cloud that is not configured. */
  readonly withheld?: Withheld;
  /** Which claims of the answer its extracts support. */
  readonly grounding?: AnswerGrounding;
  /** What a judge thinks of the answer, by its extracts alone. */
  readonly quality?: AnswerQuality;
}

/** How far an answer rests on the extracts that it was made from: a check of words and numbers. */
export interface AnswerGrounding {
  /** Sentences that state something. */
  readonly claims: number;
  readonly supported: number;
  /** Those that no extract supports: at most 8, each of at most 200 characters. */
  readonly unsupported: readonly string[];
  /** Ids that the answer cites and no extract has. */
  readonly unknownIds?: readonly string[];
}

/** A judge's grade. */
export interface AnswerQuality {
  /** 1 (wrong) to 5 (complete and supported). */
  readonly score: number;
  readonly reason: string;
  /** The judge's model id. */
  readonly by: string;
}

/** A call that was not made, for want of a cloud. */
export interface Withheld {
  readonly characters: number;
  /** Estimated from the characters. */
  readonly tokens: number;
  /** Input alone, at the list price of `pricedAs`. */
  readonly costUsd: Usd;
  readonly pricedAs: string;
}

/** How much of a document was read. */
export interface Coverage {
  readonly chunks: number;
  /** Chunks that were read, whole. */
  readonly read: number;
  /** Chunks that a selection left out; absent where nothing selects. */
  readonly skipped?: number;
  /** Extracts that the answer was made from. */
  readonly cited: number;
  readonly pages?: PageCoverage;
  /** Absent where every file could be read. */
  readonly files?: FileCoverage;
}

/** How many files were read. */
export interface FileCoverage {
  readonly total: number;
  readonly read: number;
  /** Those that could not be read, and why; at most 50. */
  readonly unread: readonly { readonly title: string; readonly why: string }[];
}

/** How many pages were read. */
export interface PageCoverage {
  readonly total: number;
  readonly read: number;
  /** Left out by a selection. */
  readonly skipped: number;
  /** Pages that extracts come from. */
  readonly cited: number;
  /** Pages that hold no text, such as scans. */
  readonly withoutText: number;
}

/**
 * Where the tokens of a baseline come from: `measured` of its own answer to the whole call, `draft`
 * as another model counted the call and its answer, or an `estimate` from characters.
 */
export type BaselineBasis = 'measured' | 'draft' | 'estimate';

/** What every answer of a pattern says under `providerMetadata.tandem`; one bounded tree. */
export interface Summary {
  /** Id of the run, by which `tandem show` finds it. */
  readonly runId: string;
  /** Name of the pattern that was asked: `cascade`, or `direct` for a model alone. */
  readonly pattern: string;
  /** Id of the leaf that answered, or of the pattern where the answer is its own. */
  readonly answeredBy: string;
  /** Where that ran. */
  readonly place: Place;
  /** Why this answer, in a few words of at most 200 characters. */
  readonly reason: string;
  /** How sure the pattern is of its answer, 0 to 1; absent where nothing measures it. */
  readonly confidence?: number;
  /** Present where a better way was closed, such as a cloud that is away; `reason` says which. */
  readonly degraded?: true;
  /** How much of the documents was read; absent where there were none. */
  readonly coverage?: Coverage;
  /** Whether every vote had a winner; absent where nothing was voted on. */
  readonly converged?: boolean;
  /** The steps of a plan that were decided, at most 30: what they say and what they came to. */
  readonly plan?: readonly {
    /** Its id in the plan. */
    readonly step: string;
    readonly instruction: string;
    /** Ids of the steps whose results it was given. */
    readonly needs: readonly string[];
    readonly result: string;
    /** Votes that were counted. */
    readonly votes: number;
    /** Votes that agreed with the result. */
    readonly agreed: number;
  }[];
  /** What would have gone to a cloud, had one been configured. */
  readonly withheld?: Withheld;
  /** How far the answer rests on the extracts that it was made from. */
  readonly grounding?: AnswerGrounding;
  /** What a judge thinks of the answer. */
  readonly quality?: AnswerQuality;
  /** Calls of models by place, failed and cut ones included. */
  readonly calls: {
    /** On this machine. */
    readonly device: number;
    readonly cloud: number;
    /** To hosts of the own network; absent where there were none. */
    readonly network?: number;
  };
  /** Tokens by model id; from the seventeenth model on they are summed as `others`. */
  readonly tokensByModel: Readonly<
    Record<string, { readonly input: number; readonly output: number }>
  >;
  /** False if a call gave no usage or was cut off. */
  readonly usageComplete: boolean;
  /**
   * What every call cost, gates, votes and failed attempts included; those on this device at
   * `localPrice`, else 0.
   */
  readonly costUsd: Usd;
  /**
   * What the calls on this device cost; `unknown` where nobody has set `localPrice`, 0 only if it
   * says so.
   */
  readonly localCostUsd: Usd;
  /** What the baseline model alone would have cost. */
  readonly baseline?: {
    /** Its model id. */
    readonly model: string;
    readonly costUsd: Usd;
    /** Where its tokens come from. */
    readonly basis: BaselineBasis;
  };
  /** Baseline minus cost; negative when the pattern cost more. */
  readonly savedUsd?: Usd;
  /**
   * Day of the list of prices, `2026-09-23`, where it is more than 90 days old: costs and savings
   * may be wrong, but for models whose `prices` are configured.
   */
  readonly pricesAsOf?: string;
  /** What left for another machine. */
  readonly egress: {
    /** Calls that left, of which at least a byte may have arrived. */
    readonly calls: number;
    /** Characters of what was sent. */
    readonly characters: number;
    /** Values that were masked in it. */
    readonly masked: number;
    /**
     * Parts of the conversation that held text of labelled documents and did not leave; absent if
     * there were none.
     */
    readonly leftOut?: number;
  };
  /** The summaries of patterns inside this one, at most 8. */
  readonly children?: readonly Summary[];
}

/**
 * Reads the summary of an answer; `undefined` for answers that no pattern gave.
 * @example
 * ```ts
 * const { answeredBy, costUsd, savedUsd } = summaryOf(answer) ?? {};
 * ```
 */
export function summaryOf(answer: { readonly providerMetadata?: unknown }): Summary | undefined {
  return (answer.providerMetadata as { tandem?: Summary } | undefined)?.tandem;
}

const most = { reason: 200, models: 16, children: 8 };

/** Builds the summary of a settled pattern call. */
export function summarize(
  scope: Scope,
  facts: { about: About; answer: Pick<Answer, 'content'>; baseline: Baseline | undefined },
): Summary {
  const { about } = facts;
  const leaves = leavesOf(scope.span);
  const totals = totalsOf(leaves, scope.run.localPrice !== undefined);
  const inner =
    about.answeredBy && scope.children.length > 0 ? innerOf(scope, about.answeredBy) : undefined;
  const answeredBy = inner?.answeredBy ?? about.answeredBy?.modelId ?? scope.span.modelId;
  return {
    runId: scope.run.id,
    pattern: scope.name,
    answeredBy,
    place: inner?.place ?? (about.answeredBy ? placeOf(about.answeredBy) : 'device'),
    reason: about.reason.slice(0, most.reason),
    ...judged(about, inner),
    calls: {
      device: totals.device,
      cloud: totals.cloud,
      ...(totals.network > 0 && { network: totals.network }),
    },
    tokensByModel: totals.tokensByModel,
    usageComplete: scope.isUsageComplete,
    costUsd: totals.costUsd,
    localCostUsd: totals.localCostUsd,
    ...(facts.baseline &&
      compare(facts.answer, facts.baseline, {
        scope,
        leaves,
        answeredBy,
        costUsd: totals.costUsd,
      })),
    // Old prices are not told where there is nothing that they say.
    ...(Date.now() >= listAtWork.oldFrom &&
      (totals.cloud > 0 || facts.baseline) && { pricesAsOf: listAtWork.asOf }),
    egress: {
      calls: totals.left,
      characters: totals.characters,
      masked: totals.masked,
      ...(totals.leftOut > 0 && { leftOut: totals.leftOut }),
    },
    ...(scope.children.length > 0 && {
      children: scope.children.slice(0, most.children).map(child => child.summary),
    }),
  };
}

// What a pattern says of its answer's worth; of one that hands to another, what was read and
// withheld there.
function judged(about: About, inner: Summary | undefined) {
  const { confidence, converged, plan } = about;
  const grounding = about.grounding ?? inner?.grounding;
  const quality = about.quality ?? inner?.quality;
  const coverage = about.coverage ?? inner?.coverage;
  const withheld = about.withheld ?? inner?.withheld;
  return {
    ...(confidence !== undefined && { confidence }),
    ...((about.degraded || inner?.degraded) && { degraded: true as const }),
    ...(coverage && { coverage }),
    ...(converged !== undefined && { converged }),
    ...(plan && plan.length > 0 && { plan }),
    ...(grounding && { grounding }),
    ...(quality && { quality }),
    ...(withheld && { withheld }),
  };
}

/** What a pattern is measured against: one model alone, on the whole call. */
export interface Baseline {
  readonly model: LanguageModel;
  /** Characters of the call as it came to the pattern, documents included. */
  readonly characters: number;
}

function compare(
  answer: Pick<Answer, 'content'>,
  { model, characters }: Baseline,
  facts: { scope: Scope; leaves: readonly Span[]; answeredBy: string; costUsd: Usd },
) {
  const { scope, leaves, answeredBy, costUsd } = facts;
  const { basis, tokens } = tokensAlone(answer, { model, characters }, { leaves, answeredBy });
  const alone = placeOf(model) !== 'cloud' ? 0 : costOf(tokens, priceOf(model, scope.run.prices));
  const saved =
    alone === 'unknown' || costUsd === 'unknown' ? ('unknown' as const) : alone - costUsd;
  return { baseline: { model: model.modelId, costUsd: alone, basis }, savedUsd: saved };
}

// What is measured goes before what is estimated: the baseline's own count of the whole call, then
// that of another model that read it, then the characters at the rate of all that was read here.
function tokensAlone(
  answer: Pick<Answer, 'content'>,
  { model, characters }: Baseline,
  { leaves, answeredBy }: { leaves: readonly Span[]; answeredBy: string },
): { basis: BaselineBasis; tokens: Tokens } {
  let drafted: Tokens | undefined;
  for (const leaf of leaves) {
    const { tokens } = leaf;
    // What was masked on the way is of another length.
    const readAll = (leaf.unmasked ?? leaf.characters) === characters && !leaf.error;
    if (!readAll || tokens?.input === undefined || tokens.output === undefined) continue;
    if (leaf.modelId === model.modelId) return { basis: 'measured', tokens };
    if (!drafted || leaf.modelId === answeredBy) drafted = { ...tokens, cachedInput: 0 };
  }
  return drafted
    ? { basis: 'draft', tokens: drafted }
    : { basis: 'estimate', tokens: estimated(textOf(answer), characters, { leaves, answeredBy }) };
}

function estimated(
  text: string,
  characters: number,
  { leaves, answeredBy }: { leaves: readonly Span[]; answeredBy: string },
): Tokens {
  let output: number | undefined;
  let [read, counted] = [0, 0];
  for (const { tokens, characters: prompt, modelId } of leaves) {
    if (tokens?.input === undefined || prompt === 0) continue;
    read += prompt;
    counted += tokens.input;
    if (modelId === answeredBy) output = tokens.output;
  }
  const rate = counted > 0 ? Math.min(2, counted / read) : charactersToTokens;
  return {
    input: Math.ceil(characters * rate),
    cachedInput: 0,
    output: output ?? Math.ceil(text.length * charactersToTokens),
  };
}

const charactersToTokens = 0.25;

function innerOf(scope: Scope, model: LanguageModel): Summary | undefined {
  return scope.children.findLast(child => child.modelId === model.modelId)?.summary;
}

// What the leaves have used together; characters and masked values are those that left.
function totalsOf(leaves: readonly Span[], isLocalPriced: boolean) {
  const tokensByModel: Record<string, { input: number; output: number }> = {};
  let [device, network, cloud, left, characters, masked, leftOut] = [0, 0, 0, 0, 0, 0, 0];
  let costUsd: Usd = 0;
  let localCostUsd: Usd = 0;
  for (const leaf of leaves) {
    costUsd = addUsd(costUsd, leaf.costUsd);
    addTokens(tokensByModel, leaf);
    if (leaf.place !== 'device') {
      if (leaf.place === 'network') network++;
      else cloud++;
      // Of a call whose connection was refused nothing left.
      if (leaf.characters > 0 || !leaf.error) left++;
      characters += leaf.characters;
      masked += leaf.masked;
      leftOut = Math.max(leftOut, leaf.leftOut ?? 0);
    } else {
      device++;
      localCostUsd = isLocalPriced ? addUsd(localCostUsd, leaf.costUsd) : 'unknown';
    }
  }
  const counts = { device, network, cloud, left, characters, masked, leftOut };
  return { ...counts, costUsd, localCostUsd, tokensByModel };
}

function addTokens(
  totals: Record<string, { input: number; output: number }>,
  { modelId, tokens }: Span,
): void {
  const isNew = !Object.hasOwn(totals, modelId);
  const key = isNew && Object.keys(totals).length >= most.models ? 'others' : modelId;
  totals[key] ??= { input: 0, output: 0 };
  totals[key].input += tokens?.input ?? 0;
  totals[key].output += tokens?.output ?? 0;
}
