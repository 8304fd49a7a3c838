import { later } from '../../algorithms/later.ts';
/** Kinds of request that a few words give away, in the order of their numbers in `intentOfWord`. */
export const intents = [
  'transform',
  'lookup',
  'assist',
  'code',
  'mathematics',
  'reason',
  'create',
  'constrain',
  'negate',
  'deep',
] as const;

/** One of the kinds. */
export type Intent = (typeof intents)[number];

const words: Readonly<Record<Intent, string>> = {
  transform:
    'summarize summarise summary summarization tldr shorten rephrase paraphrase rewrite ' +
    'translate translation extract classify classification category categorize label topic ' +
    'sentiment convert spell proofread grammar headline title tag highlights passage paragraph ' +
    'article context review',
  lookup:
    'who whom whose when where which what name list define definition meaning capital city ' +
    'country year born died president actor singer film movie song album episode season team won ' +
    'plays played located called',
  assist:
    'my me mine account card balance payment transfer bank order refund cancel booking book ' +
    'flight hotel reservation remind reminder alarm timer weather play music call text email ' +
    'schedule meeting appointment calendar password delivery shipping insurance bill pin app ' +
    'login phone money cash atm fee exchange turn set check status activate',
  code:
    'function functions code coding python java javascript typescript c++ sql regex html css ' +
    'json api algorithm class method script program programming implement implementation debug ' +
    'refactor compile array arrays string strings integer integers tuple tuples list dict ' +
    'dictionary def return returns import loop recursive lambda boolean docker kubernetes ' +
    'database query backend frontend react node server parser unit linux bash git pytorch',
  mathematics:
    'compute calculate solve equation equations prove proof theorem lemma integral derivative ' +
    'polynomial triangle circle probability percent percentage fraction sum product ratio ' +
    'divisible prime matrix vector determinant angle perimeter area radius root logarithm ' +
    'expression simplify evaluate value total times twice remaining each per altogether average ' +
    'median mean variance frac sqrt',
  reason:
    'analyze analyse analysis compare contrast evaluate assess argue argument critique justify ' +
    'reason reasoning explain why implications tradeoffs trade-off pros cons strategy strategic ' +
    'diagnose infer deduce hypothesis consequences impact difference differences advantages ' +
    'disadvantages recommend optimal optimize',
  create:
    'write create generate design develop draft compose build produce essay story poem plan ' +
    'proposal guide tutorial outline roadmap presentation speech blog report letter scenario ' +
    'game project make provide give suggest ideas',
  constrain:
    'must should exactly least most without only every all unless except ensure include ' +
    'including between within',
  negate: 'not never no none cannot except false incorrect wrong neither nor',
  deep:
    'detailed detail comprehensive thorough step-by-step steps step complex advanced ' +
    'architecture framework theory research paper academic technical professional expert ' +
    'experienced in-depth creative system systems model models approach methodology quantum ' +
    'neural learning economics philosophy physics chemistry',
};

/** Where the hash of a word begins. */
export const wordSeed = 0x811c9dc5 | 0;

/** Continues the hash of a word by the code of one lower-case letter (FNV-1a). */
export function hashOn(hash: number, code: number): number {
  return Math.imul(hash ^ code, 0x01000193);
}

/**
 * Numbers of the intents of a word, by the word's hash. The lists are written by hand, from no data
 * set.
 */
export const intentsByWord = later((): ReadonlyMap<number, readonly number[]> => numbersByHash());

function numbersByHash(): Map<number, number[]> {
  const numbers = new Map<number, number[]>();
  for (const [number, intent] of intents.entries()) {
    for (const word of words[intent].split(' ')) {
      let hash: number = wordSeed;
      for (let index = 0; index < word.length; index++) hash = hashOn(hash, word.charCodeAt(index));
      numbers.set(hash, [...(numbers.get(hash) ?? []), number]);
    }
  }
  return numbers;
}
