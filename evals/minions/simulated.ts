import { documentCall, minions, plainPlan, summaryOf } from '../../src/index.ts';
import { doubleOf, promptText, seededRandom } from '../../src/testing/index.ts';
import type { Eval, EvalRow } from '../result.ts';

/** The stated errors of simulated workers; each 0..1. */
interface Errors {
  /** Chance that a fact is found in the chunk that holds it. */
  readonly recall: number;
  /** Chance that an irrelevant chunk brings an answer with an invented citation. */
  readonly hallucination: number;
  /** Chance that a true answer comes with words that are not the document's. */
  readonly citationError: number;
}

const settings: readonly Errors[] = [
  { recall: 1, hallucination: 0, citationError: 0 },
  { recall: 0.9, hallucination: 0.05, citationError: 0.05 },
  { recall: 0.8, hallucination: 0.2, citationError: 0.1 },
  { recall: 0.6, hallucination: 0.4, citationError: 0.2 },
];
const chunks = 400;
const facts = 40;
const cap = 600;

/**
 * `npm run evals -- minions-simulated`: SIMULATION. Workers of stated recall, hallucination and
 * citation error; the figures say what the protocol does with such workers, not what any model
 * does.
 */
export const minionsSimulatedEval: Eval = async () => {
  const rows: EvalRow[] = [];
  for (const errors of settings) rows.push(...(await underErrors(errors)));
  rows.push(...(await whileGrowing()));
  return {
    eval: 'minions with simulated workers (SIMULATION)',
    notes: [
      `${chunks} chunks, ${facts} of them with a fact; at most ${cap} characters of extracts in ` +
        'a call.',
    ],
    rows,
  };
};

async function underErrors(errors: Errors): Promise<EvalRow[]> {
  const { recall, hallucination, citationError } = errors;
  const told = { invented: 0 };
  const { released, sent } = await asked({ chunks, facts, errors, told, maxReleased: 1_000_000 });
  const true_ = released.filter(quote => quote.startsWith('The toll of gate'));
  const expected = facts * recall * (1 - citationError);
  // Three standard deviations of a binomial.
  const width =
    3 * Math.sqrt(facts * recall * (1 - citationError) * (1 - recall * (1 - citationError)));
  const passed = released.length - true_.length;
  const removed = told.invented === 0 ? 1 : 1 - passed / told.invented;
  const capped = await asked({ chunks, facts, errors, told: { invented: 0 }, maxReleased: cap });
  const name = `recall ${recall}, hallucination ${hallucination}, citation error ${citationError}`;
  return [
    {
      what: `${name}: facts released, of ${facts}`,
      value: true_.length,
      wanted: `${expected.toFixed(1)} ± ${width.toFixed(1)} by the model of errors`,
      isMet: Math.abs(true_.length - expected) <= width + 0.5,
    },
    {
      what: `${name}: invented extracts removed, of ${told.invented}`,
      value: removed,
      wanted: 'above 0.95',
      isMet: removed > 0.95,
    },
    {
      what: `${name}: characters of extracts sent (${sent.characters} without a cap)`,
      value: capped.sent.characters,
      wanted: `at most ${cap}`,
      isMet: capped.sent.characters <= cap,
    },
  ];
}

const sizes = [100, 400, 1000, 2500, 5000];

async function whileGrowing(): Promise<EvalRow[]> {
  const errors = settings[1]!;
  const tokens: number[] = [];
  for (const size of sizes) {
    // The same share of facts: what could be sent grows with the document.
    const { cloudTokens } = await asked({
      chunks: size,
      facts: size / 4,
      errors,
      told: { invented: 0 },
      maxReleased: cap,
    });
    tokens.push(cloudTokens);
  }
  const spread = Math.max(...tokens) / Math.min(...tokens) - 1;
  const isFlat = tokens.every(count => Math.abs(count / tokens[0]! - 1) <= 0.2);
  return [
    { what: `cloud tokens of documents of ${sizes.join(', ')} chunks`, value: tokens.join(', ') },
    {
      what: 'spread of cloud tokens while the document grows 50-fold',
      value: spread,
      wanted: 'within 20 % of the smallest document',
      isMet: isFlat,
    },
  ];
}

interface Setting {
  readonly chunks: number;
  readonly facts: number;
  readonly errors: Errors;
  readonly told: { invented: number };
  readonly maxReleased: number;
}

async function asked({ chunks: size, facts: count, errors, told, maxReleased }: Setting) {
  const every = Math.floor(size / count);
  const parts = Array.from({ length: size }, (_, n) => {
    const fact =
      n % every === 0 && n / every < count ? `The toll of gate ${n} is ${1000 + n} crowns. ` : '';
    return (
      `${fact}Part ${n} tells of other things. ` +
      `${'Nothing of note happened here. '.repeat(fact ? 6 : 8)}`
    );
  });
  let characters = 0;
  const cloud = doubleOf({ modelId: 'cloud', place: 'cloud' }, call => {
    const extracts = [...promptText(call).matchAll(/^\[e\d+\] (.*)$/gm)].map(([, words]) => words!);
    characters = Math.max(
      characters,
      extracts.reduce((sum, { length }) => sum + length, 0),
    );
    return { text: 'The toll is given [e1].' };
  });
  const plan = (question: string) => ({
    ...plainPlan(question),
    chunking: { by: 'paragraph' as const, characters: 320 },
  });
  const model = minions({
    local: worker(errors, told),
    cloud,
    plan,
    maxReleased,
    maxJobs: 100_000,
  });
  const answer = await model.doGenerate(
    documentCall('What is the toll of each gate?', [
      { title: 'gates.txt', text: parts.join('\n\n') },
    ]),
  );
  const released = answer.content.flatMap(part => {
    if (part.type !== 'source') return [];
    const { quote } = part.providerMetadata!.tandem as { readonly quote: string };
    return [quote];
  });
  const { tokensByModel } = summaryOf(answer)!;
  return { released, sent: { characters }, cloudTokens: tokensByModel.cloud?.input ?? 0 };
}

function worker({ recall, hallucination, citationError }: Errors, told: { invented: number }) {
  const random = seededRandom(5);
  return doubleOf({ modelId: 'simulated-worker' }, call => {
    const fact = /The toll of gate \d+ is (\d+) crowns\./.exec(promptText(call));
    const output = (citation: string | null, answer: string | null) => ({
      text: JSON.stringify({ explanation: '', citation, answer }),
    });
    if (fact && random() < recall) {
      return output(
        random() < citationError ? `It costs ${fact[1]} crowns to pass.` : fact[0],
        fact[1]!,
      );
    }
    if (fact || random() >= hallucination) return output(null, null);
    told.invented++;
    const toll = Math.floor(random() * 9000);
    return output(`At the ${toll}th gate one pays ${toll} crowns.`, String(toll));
  });
}
