import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  documentCall,
  extractive,
  type LanguageModel,
  minions,
  notConfigured,
} from '../../src/index.ts';
import type { EvalResult } from '../result.ts';
import { share } from './share.ts';

interface UserQuestion {
  readonly question: string;
  /** How the sentence that answers it begins. */
  readonly answer: string;
}

const told = 3;
const own = join(import.meta.dirname, 'help-centre');

/**
 * `npm run evals -- help-centre [DIR] [--embedder URL --model NAME]`: a page of help, asked in the
 * words of users, which share at most one word with the answer. DIR holds `page.md`,
 * `questions.jsonl` and perhaps `unanswerable.jsonl`; without it, a page of ours is asked.
 */
export async function helpCentreEval(argv: readonly string[]): Promise<EvalResult> {
  const { values: asked, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { embedder: { type: 'string' }, model: { type: 'string', default: 'e5' } },
  });
  const [dir = own] = positionals;
  const text = readFileSync(join(dir, 'page.md'), 'utf8');
  const { embedder: endpoint, model: name } = asked;
  const model = minions({
    local: extractive(),
    cloud: notConfigured(),
    ...(endpoint !== undefined && { embedder: { endpoint, model: name } }),
  });
  const counts = { cited: 0, first: 0, among: 0, near: 0, wrongly: 0 };
  const questions = linesOf(join(dir, 'questions.jsonl'));
  for (const { question, answer } of questions) {
    const sources = await sourcesOf(model, text, question);
    const holding = sources.filter(({ quote }) => quote.includes(answer));
    if (holding.some(isCited)) counts.cited++;
    if (sources[0]?.quote.includes(answer)) counts.first++;
    if (sources.slice(0, told).some(({ quote }) => quote.includes(answer))) counts.among++;
    if (holding.length > 0) counts.near++;
  }
  const others = linesOf(join(dir, 'unanswerable.jsonl'));
  for (const { question } of others)
    if ((await sourcesOf(model, text, question)).some(isCited)) counts.wrongly++;
  const of = (count: number) => share(count, questions.length);
  return {
    eval: `a help centre in users' words, ${endpoint === undefined ? 'by words' : 'by meaning'}`,
    notes: [
      'Nearest: the answer stands among the passages cited or nearest. By meaning, single ' +
        'sentences stand first.',
    ],
    rows: [
      { what: 'the answer is cited', value: of(counts.cited) },
      { what: 'the first that is shown holds the answer', value: of(counts.first) },
      { what: 'one of the first three holds it', value: of(counts.among) },
      {
        what: 'one of three sentences drawn at random',
        value: (told / sentencesIn(text)).toFixed(2),
      },
      { what: 'nearest passages hold the answer', value: of(counts.near) },
      { what: 'a passage cited where there is none', value: share(counts.wrongly, others.length) },
    ],
  };
}

function sentencesIn(text: string): number {
  const lines = text.split('\n').filter(line => line.trim() !== '' && !line.startsWith('#'));
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
  return lines.reduce((sum, line) => sum + [...segmenter.segment(line)].length, 0);
}

function linesOf(path: string): UserQuestion[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map(line => JSON.parse(line) as UserQuestion);
}

interface ShownSource {
  readonly quote: string;
  readonly kind?: string;
}

function isCited({ kind }: ShownSource): boolean {
  return kind !== 'nearest';
}

async function sourcesOf(
  model: LanguageModel,
  text: string,
  question: string,
): Promise<ShownSource[]> {
  const said = await model.doGenerate(documentCall(question, [{ title: 'page.md', text }]));
  return said.content
    .filter(part => part.type === 'source')
    .map(part => part.providerMetadata?.tandem as unknown as ShownSource);
}
