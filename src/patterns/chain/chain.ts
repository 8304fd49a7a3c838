import { chunkBySentence } from '../../algorithms/chunk.ts';
import { sourceOf } from '../../documents/cited-extract.ts';
import { composeCall } from '../../documents/compose-call.ts';
import type { Document } from '../../documents/document.ts';
import { extractsAlone } from '../../documents/extracts-alone.ts';
import { nothingFound } from '../../documents/nothing-found.ts';
import { readCall } from '../../documents/read-call.ts';
import { requireDocument } from '../../documents/require-document.ts';
import { definePattern } from '../../model/define-pattern.ts';
import { requireWhole, TandemError } from '../../model/errors.ts';
import { estimateTokens } from '../../model/leaf-call.ts';
import { handOff, settle } from '../../model/outcome.ts';
import type { LanguageModel } from '../../model/types.ts';
import { outputTokens, relay, workerInstructions } from './relay.ts';
import { addToUnit, emptyUnit } from './unit.ts';

/** Options of Chain of Agents. */
export interface ChainOptions {
  /** Reads the document part by part, on this device. */
  readonly worker: LanguageModel;
  /** Answers from the last communication unit; it never sees the document. */
  readonly manager: LanguageModel;
  /** The worker's context window in tokens. Default: 8192 (Chain of Agents, §4). */
  readonly windowTokens?: number;
  /** Most tokens of the communication unit, 50 or more. Default: 1024. */
  readonly unitTokens?: number;
}

const charactersPerToken = 4;
const marginTokens = 64;

/**
 * Answers from a document of any length: workers relay a structured unit of quoted facts from part to part, and the
 * manager answers from the last one. Source: Chain of Agents (arXiv:2406.02818), Algorithms 1 and 2.
 */
export function chain(options: ChainOptions): LanguageModel {
  const { worker, manager } = options;
  const unitTokens = requireWhole('unitTokens', options.unitTokens ?? 1024, 50, 'It is a count of tokens.');
  const windowTokens = requireWhole('windowTokens', options.windowTokens ?? 8192, 1, 'It is a count of tokens.');
  return definePattern({
    name: 'chain',
    models: [worker, manager],
    baseline: manager,
    ignores: ['tools'],
    async generate(call, ask) {
      const { question, documents, call: rest } = readCall(call);
      requireDocument('chain', documents);
      for (const { id, title, label, text } of documents) ask.reads({ id, title, label, characters: text.length });
      const passages = partsOf(documents, chunkTokens({ question, windowTokens, unitTokens }));
      const limits = { question, maxCharacters: unitTokens * charactersPerToken };
      let unit = emptyUnit;
      let refused = 0;
      for (const [index, passage] of passages.entries()) {
        const report = await relay(ask, worker, { unit, passage, question, index });
        refused += report.refused;
        unit = addToUnit(unit, report, limits);
      }
      const about = {
        reason:
          `${passages.length} parts relayed; ${unit.facts.length} facts kept, ${unit.dropped} evicted` +
          (refused > 0 ? `, ${refused} refused as not in the text` : ''),
        coverage: { chunks: passages.length, read: passages.length, cited: unit.facts.length },
      };
      if (unit.facts.length === 0 && call.responseFormat?.type !== 'json')
        return settle(nothingFound(), { ...about, answeredBy: worker });
      return handOff(manager, composeCall(rest, { question, extracts: unit.facts }), {
        about,
        name: 'manager',
        release: true,
        before: unit.facts.map(sourceOf),
        recover: error => extractsAlone(unit.facts, { error, about: { ...about, answeredBy: worker }, question }),
      });
    },
  });
}

// Algorithm 2, which reserves nothing for the unit and the output: ours does.
function chunkTokens(sizes: { question: string; windowTokens: number; unitTokens: number }): number {
  const { question, windowTokens, unitTokens } = sizes;
  const fixed = estimateTokens(question.length) + estimateTokens(workerInstructions.length) + marginTokens;
  const left = windowTokens - fixed - unitTokens - Math.min(outputTokens, unitTokens);
  if (left >= 100) return left;
  throw new TandemError(
    'invalid_argument',
    `\`windowTokens\` of ${windowTokens} leaves ${left} tokens for the text. Raise it, or lower \`unitTokens\`.`,
    { data: { windowTokens, unitTokens, left } },
  );
}

function partsOf(documents: readonly Document[], tokens: number) {
  const maxCharacters = tokens * charactersPerToken;
  return documents.flatMap(document =>
    chunkBySentence(document.text, { maxCharacters }).map(chunk => ({ ...chunk, document })),
  );
}
