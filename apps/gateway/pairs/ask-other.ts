import type * as z from 'zod';
import { costOf, priceOf } from '../../../src/entries/backends.ts';
import { collectAnswer } from '../../../src/entries/eval.ts';
import { newRunId } from '../../../src/entries/runs.ts';
import type { Served } from '../catalogue.ts';
import type { Exchange } from '../exchange.ts';
import { mayAsk } from '../policy/keys.ts';
import { chatCall } from '../wire/chat-call.ts';
import { chatRequest } from '../wire/chat-request.ts';
import { checkBody } from '../wire/check-body.ts';
import type { FileSource } from '../wire/file-part.ts';
import { invalid, type Problem, problemOf } from '../wire/problem.ts';
import { prepareWork } from '../work/prepare.ts';
import { type Pair, readPair, type Sample } from './find-pairs.ts';
import type { askedOthers, estimate } from './pair-answers.ts';

/** What asking the other model would come to. */
export type Estimate = z.infer<typeof estimate>;

/** Says what it would cost to ask the other model for these. @throws Problem */
export async function estimateOf(
  exchange: Exchange,
  missing: readonly Sample[],
): Promise<Estimate | null> {
  const pairs = await pairsOf(exchange, missing);
  if (pairs.length === 0) return null;
  let [characters, costUsd]: [number, number | null] = [0, 0];
  for (const { pair, served } of pairs) {
    const { row, question } = pair;
    const sent = question.body.messages.reduce(
      (sum, { content }) => sum + JSON.stringify(content ?? '').length - 2,
      0,
    );
    characters += sent;
    const tokens = {
      input: Number(row.local.inputTokens ?? Math.ceil(sent / 4)),
      output: Number(row.local.outputTokens ?? Math.ceil((row.local.answer ?? '').length / 4)),
      cachedInput: 0,
    };
    const usd = costOf(tokens, priceOf(served.model, exchange.catalogue.policy.prices));
    costUsd = usd === 'unknown' || costUsd === null ? null : costUsd + usd;
  }
  const destination = [...new Set(pairs.map(({ served }) => served.modelId))].join(', ');
  return { count: pairs.length, characters, costUsd, destination };
}

/** What came of asking. */
export type AskedOthers = Omit<z.infer<typeof askedOthers>, 'object'>;

/**
 * Asks the cloud model of each cascade what the local one has answered, one after another, and
 * keeps what it says beside the runs. A question that the cloud refuses is noted as such; any other
 * refusal ends it: what follows would meet it too.
 */
export async function askOthers(
  exchange: Exchange,
  missing: readonly Sample[],
): Promise<AskedOthers> {
  const journal = exchange.services.studio.journal!;
  let [asked, costUsd]: [number, number | null] = [0, 0];
  for (const { pair, served } of await pairsOf(exchange, missing)) {
    try {
      const other = await askOne(exchange, pair, served);
      const facts = { state: 'whole' };
      await journal.keepBeside(pair.row.id, 'other', { facts, content: other });
      asked++;
      costUsd = other.costUsd === undefined || costUsd === null ? null : costUsd + other.costUsd;
    } catch (error) {
      const problem = problemOf(error);
      if (!isOfQuestion(problem)) return { asked, costUsd, stopped: problem.message };
      await journal.keepBeside(pair.row.id, 'other', { facts: { state: 'refused' } });
    }
  }
  return { asked, costUsd, stopped: null };
}

function isOfQuestion({ status, code }: Problem): boolean {
  return status === 400 && (code === 'content_filter' || code === 'context_length_exceeded');
}

async function askOne(exchange: Exchange, { question, row }: Pair, served: Served) {
  const body = checkBody(chatRequest, question.body);
  const call = chatCall(body, { ids: exchange.services.ids, files: noFiles });
  const controls = body.tandem ?? {};
  const { settings } = prepareWork(exchange, served, { controls, runId: newRunId() });
  const { id, prompt } = row;
  return collectAnswer(
    { id, prompt },
    {
      local: served.model,
      cloud: served.model,
      signals: [],
      callOf: () => ({ ...call, abortSignal: exchange.signal }),
      run: settings,
    },
  );
}

const noFiles: FileSource = {
  allowsUrls: false,
  find(id) {
    throw invalid(`A question of texts names no file, got "${id.slice(0, 64)}". Ask it anew.`);
  },
};

interface Askable {
  readonly pair: Pair;
  readonly served: Served;
}

async function pairsOf(exchange: Exchange, missing: readonly Sample[]): Promise<Askable[]> {
  const journal = exchange.services.studio.journal!;
  const found: Askable[] = [];
  for (const { run } of missing) {
    const pair = await readPair(journal, run);
    if (!pair || pair.row.cloud) continue;
    const { baseline } = await journal.show(run);
    const served = otherModel(exchange, baseline);
    if (served) found.push({ pair, served });
  }
  return found;
}

// The cascade's own cloud model, by what its saving is counted against; else the one by that name.
function otherModel({ catalogue, caller }: Exchange, baseline: string | null): Served | undefined {
  const models = [...catalogue.served.values()].filter(
    ({ kind, name }) => kind === 'model' && mayAsk(caller, name),
  );
  return (
    models.find(({ modelId }) => modelId === baseline) ??
    models.find(({ name }) => name === 'cloud')
  );
}
