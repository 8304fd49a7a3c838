import { breakEvenEval } from './advice/break-even.ts';
import { chainEval } from './chain/chain.ts';
import { readingEval } from './chain/reading.ts';
import { combinedEval } from './drafts/combined.ts';
import { draftsEval } from './drafts/drafts.ts';
import { extractionEval } from './extraction/extraction.ts';
import { defaultGateEval } from './gates/default-gate.ts';
import { otherWordsEval } from './gates/other-words.ts';
import { gsm8k } from './gsm8k/gsm8k.ts';
import { minionsEval } from './minions/minions.ts';
import { minionsSimulatedEval } from './minions/simulated.ts';
import { printResult } from './print-result.ts';
import { promisesEval } from './promises/promises.ts';
import { helpCentreEval } from './reading/help-centre.ts';
import { realDocumentsEval } from './reading/real-documents.ts';
import type { Eval } from './result.ts';
import { routerEval } from './router/router.ts';
import { verifierEval } from './verifier/verifier.ts';
import { windTunnel } from './wind-tunnel/wind-tunnel.ts';
import { writeFigures } from './write-figures.ts';

/**
 * `npm run evals -- NAME [arguments] [--json] [--docs]`: quality and cost, measured; `--docs`
 * writes the figures where a page has a place for them.
 */
const evals: Readonly<Record<string, Eval>> = {
  chain: chainEval,
  'break-even': breakEvenEval,
  reading: readingEval,
  extraction: extractionEval,
  minions: minionsEval,
  'minions-simulated': minionsSimulatedEval,
  'default-gate': defaultGateEval,
  'other-words': otherWordsEval,
  combined: combinedEval,
  drafts: draftsEval,
  gsm8k,
  promises: promisesEval,
  router: routerEval,
  verifier: verifierEval,
  'real-documents': realDocumentsEval,
  'help-centre': helpCentreEval,
  'wind-tunnel': windTunnel,
};

const flags = ['--json', '--docs'];
const [name, ...rest] = process.argv.slice(2).filter(argument => !flags.includes(argument));
const found = name !== undefined && Object.hasOwn(evals, name) ? evals[name] : undefined;
if (!found) {
  console.error(`There is no eval "${name ?? ''}". Known: ${Object.keys(evals).join(', ')}.`);
  process.exit(2);
}
const result = await found(rest);
if (process.argv.includes('--json')) console.log(JSON.stringify(result));
else printResult(result);
if (process.argv.includes('--docs')) writeFigures(result);
process.exitCode = result.rows.some(({ isMet }) => isMet === false) ? 1 : 0;
