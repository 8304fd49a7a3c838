// Written by tools/write-examples.ts from the sentences of public functions.
import * as z from 'zod';
import type { Answer, Ask, Call, Config, LanguageModel } from 'tandem';
import type { OutcomeLog, OutcomeRow } from 'tandem/eval';
import type { DocumentTable } from 'tandem/runs';
import type { KnownNames } from 'tandem/config';
import { notConfigured } from 'tandem';
import { documentCall } from 'tandem';
import { extractive } from 'tandem';
import { loadDocument } from 'tandem';
import { loadDocuments } from 'tandem';
import { textAnswer } from 'tandem';
import { textOf } from 'tandem';
import { userCall } from 'tandem';
import { inCloud } from 'tandem';
import { onDevice } from 'tandem';
import { placeOf } from 'tandem';
import { limit } from 'tandem';
import { definePattern } from 'tandem';
import { delegate } from 'tandem';
import { settle } from 'tandem';
import { direct } from 'tandem';
import { embedderOf } from 'tandem';
import { run } from 'tandem';
import { summaryOf } from 'tandem';
import { wrap } from 'tandem';
import { auto } from 'tandem';
import { calibratedGate } from 'tandem';
import { cascade } from 'tandem';
import { defaultGate } from 'tandem';
import { agreement } from 'tandem';
import { bySignal } from 'tandem';
import { cited } from 'tandem';
import { all } from 'tandem';
import { any } from 'tandem';
import { firstKnown } from 'tandem';
import { greyBand } from 'tandem';
import { not } from 'tandem';
import { complete } from 'tandem';
import { confident } from 'tandem';
import { onTopic } from 'tandem';
import { retrieval } from 'tandem';
import { judge } from 'tandem';
import { selfCheck } from 'tandem';
import { selfReport } from 'tandem';
import { matchesPattern } from 'tandem';
import { matchesSchema } from 'tandem';
import { validator } from 'tandem';
import { wellShaped } from 'tandem';
import { chain } from 'tandem';
import { maker } from 'tandem';
import { minions } from 'tandem';
import { plainPlan } from 'tandem';
import { handScorer } from 'tandem';
import { knnScorer } from 'tandem';
import { llmScorer } from 'tandem';
import { decideRoute } from 'tandem';
import { router } from 'tandem';
import { code } from 'tandem';
import { labelled } from 'tandem';
import { longerThan } from 'tandem';
import { media } from 'tandem';
import { scriptOtherThan } from 'tandem';
import { trainedScorer } from 'tandem';
import { shadow } from 'tandem';
import { personalDataMasker } from 'tandem';
import { advise } from 'tandem';
import { defineConfig } from 'tandem';
import { createTandem } from 'tandem';
import { loadTandem } from 'tandem';
import { model } from 'tandem';
import { openJournal } from 'tandem';
import { expectedVotes } from 'tandem/solve';
import { leastLead } from 'tandem/solve';
import { poisonedCeiling } from 'tandem/solve';
import { stepSuccess } from 'tandem/solve';
import { taskSuccess } from 'tandem/solve';
import { leadFor } from 'tandem/solve';
import { project } from 'tandem/solve';
import { unseenBy } from 'tandem/solve';
import { pilot } from 'tandem/solve';
import { solve } from 'tandem/solve';
import { acceptedIn } from 'tandem/solve';
import { additionTask } from 'tandem/solve';
import { balanceTask } from 'tandem/solve';
import { commandCheck } from 'tandem/solve';
import { derivationTask } from 'tandem/solve';
import { multiplicationTask } from 'tandem/solve';
import { hanoiTask } from 'tandem/solve';
import { listEditTask } from 'tandem/solve';
import { refactoringTask } from 'tandem/solve';
import { sortingTask } from 'tandem/solve';
import { openLedger } from 'tandem/solve';
import { seededRandom } from 'tandem/eval';
import { clopperPearson } from 'tandem/eval';
import { wilsonLower } from 'tandem/eval';
import { wilsonUpper } from 'tandem/eval';
import { calibrate } from 'tandem/eval';
import { scoreRows } from 'tandem/eval';
import { readCalibration } from 'tandem/eval';
import { crossValidate } from 'tandem/eval';
import { driftMonitor } from 'tandem/eval';
import { driftOf } from 'tandem/eval';
import { evaluateCalibration } from 'tandem/eval';
import { feasibility } from 'tandem/eval';
import { foldByGroup } from 'tandem/eval';
import { recalibrate } from 'tandem/eval';
import { isSameDecoding } from 'tandem/eval';
import { otherDecoding } from 'tandem/eval';
import { shownDecoding } from 'tandem/eval';
import { exactGrader } from 'tandem/eval';
import { numericGrader } from 'tandem/eval';
import { judgeGrader } from 'tandem/eval';
import { labelAgreement } from 'tandem/eval';
import { readLabelRows } from 'tandem/eval';
import { costsOf } from 'tandem/eval';
import { parseOutcomes } from 'tandem/eval';
import { readOutcomes } from 'tandem/eval';
import { evaluatePolicies } from 'tandem/eval';
import { baselinePolicies } from 'tandem/eval';
import { calibratedPolicy } from 'tandem/eval';
import { cascadePolicies } from 'tandem/eval';
import { weightsPolicy } from 'tandem/eval';
import { fitRouter } from 'tandem/eval';
import { requireLearnable } from 'tandem/eval';
import { decideByWeights } from 'tandem/eval';
import { readRouterFile } from 'tandem/eval';
import { writeRouterFile } from 'tandem/eval';
import { thresholdForShare } from 'tandem/eval';
import { routingAccuracy } from 'tandem/eval';
import { refuseSeen } from 'tandem/eval';
import { bootstrap } from 'tandem/eval';
import { operatingPointAt } from 'tandem/eval';
import { auroc } from 'tandem/eval';
import { calibrationError } from 'tandem/eval';
import { escalationBound } from 'tandem/eval';
import { keptThreshold } from 'tandem/eval';
import { threeOutcomes } from 'tandem/eval';
import { threeOutcomesOverSources } from 'tandem/eval';
import { collectAnswer } from 'tandem/eval';
import { collectDraft } from 'tandem/eval';
import { collectOutcome } from 'tandem/eval';
import { byCommand } from 'tandem/eval';
import { verifier } from 'tandem/eval';
import { rowOfRun } from 'tandem/eval';
import { schemaGrader } from 'tandem/eval';
import { embedPrompts } from 'tandem/eval';
import { defaultWeights } from 'tandem/eval';
import { parseDocuments } from 'tandem/runs';
import { eachDocument } from 'tandem/runs';
import { fillTable } from 'tandem/runs';
import { tableHtml } from 'tandem/runs';
import { tableCsv } from 'tandem/runs';
import { tableTotals } from 'tandem/runs';
import { newRunId } from 'tandem/runs';
import { strictestLabel } from 'tandem/runs';
import { modelFinder } from 'tandem/runs';
import { nameFinder } from 'tandem/runs';
import { presidioFinder } from 'tandem/runs';
import { tagFinder } from 'tandem/runs';
import { contentCipher } from 'tandem/runs';
import { copyStore } from 'tandem/runs';
import { openDocumentStore } from 'tandem/runs';
import { isStoreAddress } from 'tandem/runs';
import { storeWithin } from 'tandem/runs';
import { withoutPassword } from 'tandem/runs';
import { openLeases } from 'tandem/runs';
import { openSealed } from 'tandem/runs';
import { openStore } from 'tandem/runs';
import { openRunQueue } from 'tandem/runs';
import { pruneOld } from 'tandem/runs';
import { openTelemetry } from 'tandem/runs';
import { joinSinks } from 'tandem/runs';
import { memorySink } from 'tandem/runs';
import { leavesOf } from 'tandem/runs';
import { beyondIn } from 'tandem/backends';
import { parseJson } from 'tandem/backends';
import { azure } from 'tandem/backends';
import { pullerOf } from 'tandem/backends';
import { openCapabilityCache } from 'tandem/backends';
import { diagnose } from 'tandem/backends';
import { discoverLocal } from 'tandem/backends';
import { discoverServers } from 'tandem/backends';
import { probeModel } from 'tandem/backends';
import { llamaCpp } from 'tandem/backends';
import { fetchModelFile } from 'tandem/backends';
import { foundryLocal } from 'tandem/backends';
import { askPlace } from 'tandem/backends';
import { ollama } from 'tandem/backends';
import { openaiCompatible } from 'tandem/backends';
import { recallPrices } from 'tandem/backends';
import { updatePrices } from 'tandem/backends';
import { rolesFromEnvironment } from 'tandem/backends';
import { askServer } from 'tandem/backends';
import { placedByServer } from 'tandem/backends';
import { isLocalEndpoint } from 'tandem/backends';
import { loadTokenCounter } from 'tandem/backends';
import { answerCollector } from 'tandem/backends';
import { lateWarningsOf } from 'tandem/backends';
import { guardedFetch } from 'tandem/backends';
import { catalogueState } from 'tandem/backends';
import { listedModels } from 'tandem/backends';
import { costOf } from 'tandem/backends';
import { priceOf } from 'tandem/backends';
import { failureOf } from 'tandem/backends';
import { logprobMetadata } from 'tandem/backends';
import { logprobsOf } from 'tandem/backends';
import { withLogprobs } from 'tandem/backends';
import { capabilitiesOf } from 'tandem/backends';
import { noteCapabilities } from 'tandem/backends';
import { placeOfHost } from 'tandem/backends';
import { askingPlace } from 'tandem/backends';
import { placedAt } from 'tandem/backends';
import { placeNow } from 'tandem/backends';
import { isForeign } from 'tandem/backends';
import { isRefusal } from 'tandem/backends';
import { withWishes } from 'tandem/backends';
import { callInput } from 'tandem/backends';
import { foreseenBy } from 'tandem/backends';
import { judgedBy } from 'tandem/backends';
import { askEmbedding } from 'tandem/backends';
import { pool } from 'tandem/backends';
import { poolMembersOf } from 'tandem/backends';
import { nearest } from 'tandem/config';
import { repeatedKey } from 'tandem/config';
import { problemsIn } from 'tandem/config';
import { poolsIn } from 'tandem/config';
import { serversIn } from 'tandem/config';
import { startingIn } from 'tandem/config';
import { configJsonSchema } from 'tandem/config';
import { configFileIn } from 'tandem/config';
import { isCode } from 'tandem/config';
import { loadConfig } from 'tandem/config';
import { readOptions } from 'tandem/config';
import { resolveConfig } from 'tandem/config';
import { runOptionsOf } from 'tandem/config';
import { stricterBudget } from 'tandem/config';
import { looserOption } from 'tandem/config';
import { wordsFor } from 'tandem/config';
import { readRegularFile } from 'tandem/config';
import { requireRegularFile } from 'tandem/config';
import { configuredMasker } from 'tandem/config';
import { check } from 'tandem/testing';
declare const local: LanguageModel;
declare const cloud: LanguageModel;
declare const wrapped: LanguageModel;
declare const support: LanguageModel;
declare const platform: LanguageModel;
declare const answer: Answer;
declare const call: Call;
declare const text: string;
declare const bytes: Uint8Array;
declare const ask: Ask;
declare const config: Config;
declare const log: OutcomeLog;
declare const rows: readonly OutcomeRow[];
declare const embeddingModel: Parameters<typeof embedderOf>[0];
declare const table: DocumentTable;
declare const known: KnownNames;
declare const resolver: Parameters<typeof resolveConfig>[1];
declare const facts: Parameters<typeof configJsonSchema>[0];
export async function notConfiguredInindex() {
const support = cascade({ local, cloud: notConfigured('gpt-4.1') });
}
export async function documentCallInindex() {
const call = documentCall('When does the lease end?', [{ title: 'lease.txt', text }]);
const { content } = await minions({ local, cloud }).doGenerate(call);
}
export async function extractiveInindex() {
const reader = minions({ local: extractive(), cloud, plan: 'plain' });
const call = documentCall('How many days of leave?', [await loadDocument('handbook.pdf')]);
console.log(textOf(await reader.doGenerate(call)));
}
export async function loadDocumentInindex() {
const report = await loadDocument('report.pdf');
console.log(report.title, report.text.length);
}
export async function loadDocumentsInindex() {
const { documents, unread } = await loadDocuments(['contracts/']);
for (const { title, why } of unread) console.error(title, why);
}
export async function textAnswerInindex() {
return settle(textAnswer('We are closed today.'), { reason: 'closed' });
}
export async function textOfInindex() {
const answer = await cloud.doGenerate(userCall('Name a prime.'));
console.log(textOf(answer));
}
export async function userCallInindex() {
const call = userCall('Translate: Guten Tag', { system: 'Answer in English.', temperature: 0 });
}
export async function inCloudInindex() {
const hosted = inCloud(wrapped);
}
export async function onDeviceInindex() {
const mine = onDevice(wrapped);
await run({ mode: 'local-only' }, async () => mine.doGenerate(userCall('Hello')));
}
export async function placeOfInindex() {
console.log(placeOf(local), placeOf(cloud)); // device cloud
}
export async function limitInindex() {
const shared = limit(local, { concurrency: 2 });
}
export async function definePatternInindex() {
const polite = definePattern({
  name: 'polite',
  models: [local],
  generate: async (call, ask) => settle(await ask(local, call), { reason: 'asked once' }),
});
}
export async function delegateInindex() {
const first = definePattern({
  name: 'first',
  models: [cloud],
  generate: async call => delegate(cloud, call, { about: { reason: 'always' } }),
});
}
export async function settleInindex() {
const constant = definePattern({
  name: 'constant',
  models: [],
  generate: async () => settle(textAnswer('42'), { reason: 'known' }),
});
}
export async function directInindex() {
const answer = await direct(cloud).doGenerate(userCall('Hello'));
console.log(summaryOf(answer)?.costUsd);
}
export async function embedderOfInindex() {
const embedder = embedderOf(embeddingModel, { place: 'device' });
const reader = minions({ local, cloud, embedder });
}
export async function runInindex() {
const answer = await run({ budgetUsd: 0.05, mode: 'local-preferred' }, async () =>
  support.doGenerate(userCall('Where is my parcel?')),
);
}
export async function summaryOfInindex() {
const { answeredBy, costUsd, savedUsd } = summaryOf(answer) ?? {};
}
export async function wrapInindex() {
const logged = wrap(local, {
  around: call => async work => {
    console.log(call.prompt.length);
    return work();
  },
});
}
export async function autoInindex() {
const model = auto({
  local,
  cloud,
  minions: minions({ local, cloud }),
  chain: chain({ worker: local, manager: cloud }),
  plain: direct(cloud),
  adviser: advise,
});
const answer = await model.doGenerate(documentCall('What changed?', [{ title: 'a.txt', text }]));
}
export async function calibratedGateInindex() {
const gate = calibratedGate(readCalibration('support.calibration.json'));
const support = cascade({ local, cloud, accept: gate });
}
export async function cascadeInindex() {
const support = cascade({ local, cloud });
const answer = await support.doGenerate(userCall('What are your opening hours?'));
console.log(textOf(answer), summaryOf(answer)?.answeredBy);
}
export async function defaultGateInindex() {
const gate = all(defaultGate(), matchesPattern(/^\d+$/));
}
export async function agreementInindex() {
const support = cascade({ local, cloud, accept: agreement({ samples: 3, threshold: 0.6 }) });
}
export async function bySignalInindex() {
const support = cascade({ local, cloud, accept: all(complete(), bySignal()) });
}
export async function citedInindex() {
const support = cascade({ local: extractive(), cloud, accept: cited() });
}
export async function allInindex() {
const gate = all(complete(), onTopic(), confident({ threshold: 0.8 }));
}
export async function anyInindex() {
const gate = any(matchesPattern(/^(yes|no)$/i), confident({ threshold: 0.9 }));
}
export async function firstKnownInindex() {
const gate = firstKnown(confident(), agreement());
}
export async function greyBandInindex() {
const gate = greyBand(confident(), { from: 0.4, to: 0.8, by: judge(cloud) });
}
export async function notInindex() {
const gate = all(complete(), not(matchesPattern(/as an AI/i)));
}
export async function completeInindex() {
const support = cascade({ local, cloud, accept: complete() });
}
export async function confidentInindex() {
const support = cascade({ local, cloud, accept: confident({ threshold: 0.85 }) });
}
export async function onTopicInindex() {
const support = cascade({ local, cloud, accept: all(complete(), onTopic()) });
}
export async function retrievalInindex() {
const support = cascade({ local: extractive(), cloud, accept: retrieval({ threshold: 0.5 }) });
}
export async function judgeInindex() {
const support = cascade({ local, cloud, accept: judge(cloud, { threshold: 0.7 }) });
}
export async function selfCheckInindex() {
const support = cascade({ local, cloud, accept: selfCheck({ checks: 3 }) });
}
export async function selfReportInindex() {
const support = cascade({ local, cloud, accept: selfReport({ threshold: 0.9 }) });
}
export async function matchesPatternInindex() {
const dates = cascade({ local, cloud, accept: matchesPattern(/^\d{4}-\d{2}-\d{2}$/) });
}
export async function matchesSchemaInindex() {
const gate = matchesSchema({
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
});
}
export async function validatorInindex() {
const gate = validator(text => text.length < 500 || 'the answer is longer than 500 characters');
}
export async function wellShapedInindex() {
const gate = all(complete(), wellShaped());
}
export async function chainInindex() {
const reader = chain({ worker: local, manager: cloud });
const answer = await reader.doGenerate(documentCall('Who signed?', [{ title: 'a.txt', text }]));
}
export async function makerInindex() {
const assistant = maker({ planner: cloud, solver: local });
const answer = await assistant.doGenerate(userCall('Convert these 12 dates to ISO format: …'));
}
export async function minionsInindex() {
const reader = minions({ local, cloud });
const call = documentCall('What was the revenue of 2023?', [{ title: 'report.txt', text }]);
console.log(textOf(await reader.doGenerate(call)));
}
export async function plainPlanInindex() {
const reader = minions({ local, cloud, plan: plainPlan });
}
export async function handScorerInindex() {
const platform = router({ local, cloud, scorer: handScorer() });
}
export async function knnScorerInindex() {
const { rows } = readOutcomes('outcomes.jsonl');
const platform = router({ local, cloud, scorer: knnScorer(rows, 20) });
}
export async function llmScorerInindex() {
const platform = router({ local, cloud, scorer: llmScorer(local) });
}
export async function decideRouteInindex() {
const decision = await decideRoute(platform, userCall('Prove Fermat\'s last theorem.'));
console.log(decision?.to, decision?.reason);
}
export async function routerInindex() {
const platform = router({ local, cloud, rules: [code('cloud'), longerThan(4000, 'cloud')] });
const answer = await platform.doGenerate(userCall('Suggest a title for this post: …'));
}
export async function codeInindex() {
const platform = router({ local, cloud, rules: [code('cloud')] });
}
export async function labelledInindex() {
const platform = router({ local, cloud, rules: [labelled('local-only', 'local')] });
}
export async function longerThanInindex() {
const platform = router({ local, cloud, rules: [longerThan(4000, 'cloud')] });
}
export async function mediaInindex() {
const platform = router({ local, cloud, rules: [media('image/', 'cloud')] });
}
export async function scriptOtherThanInindex() {
const platform = router({ local, cloud, rules: [scriptOtherThan(['latin'], 'cloud')] });
}
export async function trainedScorerInindex() {
const scorer = trainedScorer(readRouterFile('weights.json'), { aim: 'kept' });
const platform = router({ local, cloud, scorer });
}
export async function shadowInindex() {
const tried = shadow({
  shown: cascade({ local, cloud }),
  hidden: router({ local, cloud }),
  onComparison: ({ agrees }) => console.log(agrees),
});
}
export async function personalDataMaskerInindex() {
const masker = personalDataMasker({ words: ['Ada Lovelace'] });
await run({ masker }, async () => cloud.doGenerate(userCall('Write to ada@example.com.')));
}
export async function defineConfigInindex() {
return defineConfig({
  models: { local: 'ollama:phi4-mini', cloud: 'openai:gpt-4.1' },
  patterns: { support: { pattern: 'cascade' } },
});
}
export async function createTandemInindex() {
const tandem = createTandem({
  models: { local, cloud },
  patterns: { support: { pattern: 'cascade' } },
});
const answer = await tandem('support').doGenerate(userCall('Hello'));
}
export async function loadTandemInindex() {
const tandem = await loadTandem({ folder: '.' });
const answer = await tandem('support').doGenerate(userCall('Hello'));
}
export async function openJournalInindex() {
using journal = openJournal({ path: '.tandem/tandem.db' });
await run({ journal, runId: 'first' }, async () => support.doGenerate(userCall('Hello')));
}
export async function expectedVotesInsolve() {
console.log(expectedVotes(0.99, 3)); // about 3.06 votes a step
}
export async function leastLeadInsolve() {
const k = leastLead({ p: 0.99, steps: 1_000_000 }, 0.95);
}
export async function poisonedCeilingInsolve() {
console.log(poisonedCeiling(0.001, 1000)); // no k gets past this
}
export async function stepSuccessInsolve() {
console.log(stepSuccess(0.9, 3)); // how sure one step is
}
export async function taskSuccessInsolve() {
console.log(taskSuccess({ p: 0.99, steps: 1000 }, 3));
}
export async function leadForInsolve() {
const task = hanoiTask(10);
const seen = await pilot({ task, solver: local });
const k = leadFor(seen, 1023, 0.95);
}
export async function projectInsolve() {
const task = hanoiTask(10);
const seen = await pilot({ task, solver: local });
console.log(project(seen, 1023, 3));
}
export async function unseenByInsolve() {
const seen = await pilot({ task: hanoiTask(10), solver: local });
console.log(unseenBy(seen));
}
export async function pilotInsolve() {
const seen = await pilot({ task: additionTask('12345', '67890'), solver: local });
console.log(seen.p);
}
export async function solveInsolve() {
const solution = await solve({ task: additionTask('12345', '67890'), solver: local, k: 3 });
console.log(solution.state, solution.steps);
}
export async function acceptedInInsolve() {
using ledger = await openLedger({ path: '.tandem/tandem.db', runId: 'towers' });
console.log(await acceptedIn(ledger));
}
export async function additionTaskInsolve() {
const solution = await solve({ task: additionTask('98765', '12345'), solver: local, k: 3 });
}
export async function balanceTaskInsolve() {
const task = balanceTask(10_000, [{ text: 'rent', cents: -8000 }, { cents: 120_050 }]);
}
export async function commandCheckInsolve() {
const compiles = commandCheck({ command: ['npx', 'tsc', '--noEmit'] });
}
export async function derivationTaskInsolve() {
const task = derivationTask(['P -> Q', 'P'], 'Q');
}
export async function multiplicationTaskInsolve() {
const task = multiplicationTask('47', '36');
}
export async function hanoiTaskInsolve() {
const task = hanoiTask(20);
}
export async function listEditTaskInsolve() {
const task = listEditTask(['bread', 'milk'], [{ edit: 'insert', at: 2, item: 'eggs' }]);
}
export async function refactoringTaskInsolve() {
const files = { 'sum.ts': 'export const add = (a: number, b: number) => a + b;' };
const steps = [{ file: 'sum.ts', instruction: 'Rename `add` to `sum`.' }];
const task = refactoringTask({ files, steps });
}
export async function sortingTaskInsolve() {
const task = sortingTask(['pear', 'fig', 'apple'], { order: 'alphabetical' });
}
export async function openLedgerInsolve() {
const ledger = await openLedger({ path: '.tandem/tandem.db', runId: 'towers' });
await solve({ task: hanoiTask(10), solver: local, k: 3, ledger });
}
export async function seededRandomIneval() {
const random = seededRandom(7);
console.log(random(), random());
}
export async function clopperPearsonIneval() {
const { low, high } = clopperPearson(97, { n: 100, confidence: 0.95 });
}
export async function wilsonLowerIneval() {
console.log(wilsonLower({ successes: 97, trials: 100 })); // about 0.93
}
export async function wilsonUpperIneval() {
console.log(wilsonUpper({ successes: 3, trials: 100 })); // about 0.07
}
export async function calibrateIneval() {
const log = readOutcomes('outcomes.jsonl');
const result = calibrate(log, {
  name: 'support',
  date: '2030-01-31',
  demands: { quality: 0.95, confidence: 0.95 },
});
}
export async function scoreRowsIneval() {
const scored = scoreRows(readCalibration('support.calibration.json'), rows);
}
export async function readCalibrationIneval() {
const calibration = readCalibration('support.calibration.json');
const support = cascade({ local, cloud, calibration });
}
export async function crossValidateIneval() {
const found = crossValidate(readOutcomes('outcomes.jsonl'), { by: 'groups', folds: 5 });
}
export async function driftMonitorIneval() {
const monitor = driftMonitor(readRouterFile('weights.json'), { window: 500 });
}
export async function driftOfIneval() {
console.log(driftOf(platform)?.stability);
}
export async function evaluateCalibrationIneval() {
const report = evaluateCalibration(readCalibration('support.calibration.json'), rows);
}
export async function feasibilityIneval() {
console.log(feasibility(readOutcomes('outcomes.jsonl').rows));
}
export async function foldByGroupIneval() {
const folds = foldByGroup(rows, 5);
}
export async function recalibrateIneval() {
const calibration = readCalibration('support.calibration.json');
const { calibration: later } = recalibrate(calibration, rows, '2030-02-07');
}
export async function isSameDecodingIneval() {
console.log(isSameDecoding({ temperature: 0 }, { temperature: 0, maxOutputTokens: 200 }));
}
export async function otherDecodingIneval() {
const calibration = readCalibration('support.calibration.json');
const other = otherDecoding(calibration, { temperature: 1 });
if (other !== undefined) console.warn(other);
}
export async function shownDecodingIneval() {
console.log(shownDecoding({ temperature: 0, maxOutputTokens: 20 }));
}
export async function exactGraderIneval() {
const grade = exactGrader();
}
export async function numericGraderIneval() {
const grade = numericGrader(0.01);
}
export async function judgeGraderIneval() {
const grade = judgeGrader(cloud);
}
export async function labelAgreementIneval() {
console.log(labelAgreement([[true, true], [false, true], [false, false]]));
}
export async function readLabelRowsIneval() {
for (const { prompt } of readLabelRows('to-label.jsonl')) console.log(prompt);
}
export async function costsOfIneval() {
const costs = costsOf(rows);
}
export async function parseOutcomesIneval() {
const log = parseOutcomes(text, 'outcomes.jsonl');
}
export async function readOutcomesIneval() {
const log = readOutcomes('outcomes.jsonl');
console.log(log.rows.length, log.warnings);
}
export async function evaluatePoliciesIneval() {
const evaluation = evaluatePolicies(rows, baselinePolicies(rows, []), { costs: costsOf(rows) });
}
export async function baselinePoliciesIneval() {
const policies = baselinePolicies(rows, readOutcomes('others.jsonl').rows);
}
export async function calibratedPolicyIneval() {
const policy = calibratedPolicy(readCalibration('support.calibration.json'), rows);
}
export async function cascadePoliciesIneval() {
const evaluation = evaluatePolicies(rows, cascadePolicies(rows), { costs: costsOf(rows) });
}
export async function weightsPolicyIneval() {
const policy = weightsPolicy(readRouterFile('weights.json'), rows);
}
export async function fitRouterIneval() {
const { weights } = fitRouter(log, { date: '2030-01-31' });
writeRouterFile('weights.json', weights);
}
export async function requireLearnableIneval() {
for (const remark of requireLearnable(log)) console.warn(remark);
}
export async function decideByWeightsIneval() {
const decision = decideByWeights(defaultWeights(), 'Prove that 2 + 2 = 4.');
}
export async function readRouterFileIneval() {
const weights = readRouterFile('weights.json');
}
export async function writeRouterFileIneval() {
writeRouterFile('weights.json', fitRouter(log, { date: '2030-01-31' }).weights);
}
export async function thresholdForShareIneval() {
const threshold = thresholdForShare(readRouterFile('weights.json').reference, 0.2);
}
export async function routingAccuracyIneval() {
const routes = rows.map(({ prompt }) => decideByWeights(defaultWeights(), prompt).to);
console.log(routingAccuracy(rows, routes));
}
export async function refuseSeenIneval() {
refuseSeen({ name: 'support', data: readCalibration('support.calibration.json').data }, rows);
}
export async function bootstrapIneval() {
const mean = (weights: Float64Array) => weights.reduce((sum, weight) => sum + weight, 0);
const { all } = bootstrap({ all: mean }, { cases: 100, random: seededRandom(1) });
}
export async function operatingPointAtIneval() {
const scored = scoreRows(readCalibration('support.calibration.json'), rows);
console.log(operatingPointAt(scored, 0.8));
}
export async function aurocIneval() {
console.log(auroc([0.9, 0.4, 0.8], [1, 0, 1])); // 1
}
export async function calibrationErrorIneval() {
console.log(calibrationError([0.9, 0.2, 0.8], [1, 0, 1]));
}
export async function escalationBoundIneval() {
const outcomes = rows.map(row => ({ local: row.local.correct, cloud: row.cloud.correct }));
console.log(escalationBound(outcomes));
}
export async function keptThresholdIneval() {
const found = keptThreshold([{ score: 0.9, local: 1, cloud: 1 }], {
  ratio: 0.95,
  confidence: 0.95,
  unit: 'rows',
});
}
export async function threeOutcomesIneval() {
const zones = threeOutcomes([{ score: 0.9, need: 0 }], 0.9);
}
export async function threeOutcomesOverSourcesIneval() {
const zones = threeOutcomesOverSources([{ score: 0.9, need: 0, source: 'help' }], 0.9);
}
export async function collectAnswerIneval() {
const request = { id: '1', prompt: 'What is 2 + 2?' };
const signals = ['minProbability'];
const cloudSide = await collectAnswer(request, { local, cloud, signals });
}
export async function collectDraftIneval() {
const request = { id: '1', prompt: 'What is 2 + 2?' };
const signals = ['minProbability'];
const localSide = await collectDraft(request, { local, cloud, signals });
}
export async function collectOutcomeIneval() {
const request = { id: '1', prompt: 'What is 2 + 2?' };
const signals = ['minProbability'];
const row = await collectOutcome(request, { local, cloud, signals });
}
export async function byCommandIneval() {
const gate = byCommand({ command: ['node', 'check-answer.mjs'] });
const support = cascade({ local, cloud, accept: gate });
}
export async function verifierIneval() {
const model = cascade({ local, cloud, accept: verifier({ checks: 8, threshold: 0.75 }) });
}
export async function rowOfRunIneval() {
using journal = openJournal();
const row = rowOfRun({ id: 'first', prompt: 'What is 2 + 2?' }, await journal.answers('first'));
}
export async function schemaGraderIneval() {
const grade = schemaGrader({ type: 'object', required: ['city'] });
}
export async function embedPromptsIneval() {
const embedder = embedderOf(embeddingModel, { place: 'device' });
await embedPrompts(['a prompt'], { embedder, known: new Map() });
}
export async function defaultWeightsIneval() {
const platform = router({ local, cloud, weights: defaultWeights() });
}
export async function parseDocumentsInruns() {
const { documents } = await parseDocuments({
  title: 'letter.pdf',
  mediaType: 'application/pdf',
  bytes,
});
}
export async function eachDocumentInruns() {
for await (const opened of eachDocument(['archive/'])) console.log(opened);
}
export async function fillTableInruns() {
const questions = [{ name: 'signed', question: 'Who signed?' }];
const table = await fillTable({
  model: support,
  files: eachDocument(['contracts/']),
  questions,
});
}
export async function tableHtmlInruns() {
const page = tableHtml(table, ({ title }) => encodeURI(title));
}
export async function tableCsvInruns() {
process.stdout.write(tableCsv(table));
}
export async function tableTotalsInruns() {
const { cells, costUsd } = tableTotals(table);
}
export async function newRunIdInruns() {
const runId = newRunId();
await run({ runId, isNew: true }, async () => support.doGenerate(userCall('Hello')));
}
export async function strictestLabelInruns() {
if (strictestLabel(call) === 'local-only') console.log('stays here');
}
export async function modelFinderInruns() {
const masker = personalDataMasker({ more: [modelFinder(local)], timeoutMs: 30_000 });
}
export async function nameFinderInruns() {
const masker = personalDataMasker({ more: [nameFinder()] });
}
export async function presidioFinderInruns() {
const finder = presidioFinder({ endpoint: 'http://127.0.0.1:5002' });
const masker = personalDataMasker({ more: [finder] });
}
export async function tagFinderInruns() {
const finder = tagFinder({ endpoint: 'http://127.0.0.1:8080/predict' });
const masker = personalDataMasker({ more: [finder] });
}
export async function contentCipherInruns() {
const cipher = contentCipher(process.env.TANDEM_JOURNAL_KEY);
}
export async function copyStoreInruns() {
await copyStore('.tandem/tandem.db', 'postgres://tandem@db.example/tandem');
}
export async function openDocumentStoreInruns() {
using documents = openDocumentStore({ path: '.tandem/tandem.db' });
await run({ documents }, async () => support.doGenerate(call));
}
export async function isStoreAddressInruns() {
console.log(isStoreAddress('postgres://db.example/tandem')); // true
}
export async function storeWithinInruns() {
const path = storeWithin('/srv/app', '.tandem/tandem.db');
}
export async function withoutPasswordInruns() {
console.log(withoutPassword('postgres://me:secret@db.example/tandem'));
}
export async function openLeasesInruns() {
const leases = openLeases(openStore('.tandem/tandem.db', { patienceMs: 2000 }), 8000);
}
export async function openSealedInruns() {
const { store, cipher } = openSealed('.tandem/tandem.db', {
  key: process.env.TANDEM_JOURNAL_KEY,
  patienceMs: 2000,
});
}
export async function openStoreInruns() {
const store = openStore('.tandem/tandem.db', { patienceMs: 2000 });
}
export async function openRunQueueInruns() {
const queue = await openRunQueue('postgres://tandem@db.example/tandem', { patienceMs: 2000 });
}
export async function pruneOldInruns() {
using journal = openJournal({ path: '.tandem/tandem.db' });
await pruneOld(journal, { keepDays: 30, keepEgressDays: 365 });
}
export async function openTelemetryInruns() {
const sink = await openTelemetry();
await run({ sink }, async () => support.doGenerate(userCall('Hello')));
}
export async function joinSinksInruns() {
const kept = memorySink();
const sink = joinSinks(kept, await openTelemetry());
}
export async function memorySinkInruns() {
const sink = memorySink(10);
await run({ sink }, async () => support.doGenerate(userCall('Hello')));
}
export async function leavesOfInruns() {
const sink = memorySink();
await run({ sink }, async () => support.doGenerate(userCall('Hello')));
for (const { root } of sink.runs) console.log(leavesOf(root).map(({ modelId }) => modelId));
}
export async function beyondInInbackends() {
const beyond = beyondIn('[[[[]]]]');
if (beyond !== undefined) console.error(`the text holds ${beyond}`);
}
export async function parseJsonInbackends() {
const value = parseJson('{"city":"Lyon"}');
}
export async function azureInbackends() {
const cloud = azure({
  endpoint: 'https://example.services.ai.azure.com',
  deployment: 'gpt-4.1',
  apiKey: process.env.AZURE_AI_FOUNDRY_API_KEY,
});
}
export async function pullerOfInbackends() {
const pull = pullerOf('ollama');
}
export async function openCapabilityCacheInbackends() {
const cache = openCapabilityCache(process.env);
}
export async function diagnoseInbackends() {
const diagnosis = await diagnose({
  env: process.env,
  model,
  cache: openCapabilityCache(process.env),
});
}
export async function discoverLocalInbackends() {
const found = await discoverLocal({ env: process.env });
if (found) console.log(found.spec);
}
export async function discoverServersInbackends() {
for (const server of await discoverServers({ env: process.env })) console.log(server);
}
export async function probeModelInbackends() {
const probe = await probeModel(local, { signal: AbortSignal.timeout(10_000) });
}
export async function llamaCppInbackends() {
await using local = llamaCpp({ file: './models/phi-4-mini.gguf' });
}
export async function modelFileInbackends() {
const file = await fetchModelFile({ source: './models/phi-4-mini.gguf', folder: './models' });
}
export async function foundryLocalInbackends() {
const local = foundryLocal({ model: 'phi-4-mini' });
}
export async function askPlaceInbackends() {
const told = await askPlace({ endpoint: 'http://127.0.0.1:11434', model: 'phi4-mini', fetch });
}
export async function ollamaInbackends() {
const local = ollama({ model: 'phi4-mini' });
}
export async function openaiCompatibleInbackends() {
const local = openaiCompatible({ endpoint: 'http://127.0.0.1:1234/v1', model: 'phi-4-mini' });
}
export async function recallPricesInbackends() {
if (recallPrices(process.env)) console.log(catalogueState().asOf);
}
export async function updatePricesInbackends() {
await updatePrices({ env: process.env });
}
export async function rolesFromEnvironmentInbackends() {
const { local, cloud } = rolesFromEnvironment(process.env);
}
export async function askServerInbackends() {
const server = { model: 'nomic-embed-text', endpoint: 'http://127.0.0.1:11434/v1' };
const said = await askServer(server, { path: 'embeddings', body: { input: 'A text.' } });
}
export async function placedByServerInbackends() {
const placed = placedByServer(local, { model: 'bge-m3', endpoint: 'http://127.0.0.1:8080/v1' });
}
export async function isLocalEndpointInbackends() {
console.log(isLocalEndpoint('http://192.168.1.5:8080')); // true
}
export async function loadTokenCounterInbackends() {
const countTokens = await loadTokenCounter();
const reader = minions({ local, cloud, countTokens });
}
export async function answerCollectorInbackends() {
const { stream } = await cloud.doStream(call);
const collector = answerCollector();
for await (const part of stream) collector.add(part);
console.log(textOf(collector.answer()));
}
export async function lateWarningsOfInbackends() {
const { stream } = await cloud.doStream(call);
for await (const part of stream) if (part.type === 'finish') console.log(lateWarningsOf(part));
}
export async function guardedFetchInbackends() {
const fetchThere = guardedFetch(fetch, { endpoint: 'https://api.example.com/v1' });
}
export async function catalogueStateInbackends() {
const { asOf, ageDays } = catalogueState();
}
export async function listedModelsInbackends() {
for (const vendor of Object.keys(listedModels())) console.log(vendor);
}
export async function costOfInbackends() {
const cost = costOf({ input: 1000, cachedInput: 0, output: 200 }, priceOf('openai:gpt-4.1'));
}
export async function priceOfInbackends() {
const price = priceOf('openai:gpt-4.1', { 'gpt-4.1': { input: 2, output: 8 } });
}
export async function failureOfInbackends() {
try {
  await cloud.doGenerate(call);
} catch (error) {
  if (failureOf(error) === 'rate_limit') console.log('later');
}
}
export async function logprobMetadataInbackends() {
const providerMetadata = logprobMetadata([{ token: 'yes', logprob: -0.1 }]);
}
export async function logprobsOfInbackends() {
const logprobs = logprobsOf(await local.doGenerate(withLogprobs(call)));
}
export async function withLogprobsInbackends() {
const first = logprobsOf(await local.doGenerate(withLogprobs(call, 5)))?.[0];
}
export async function capabilitiesOfInbackends() {
if (capabilitiesOf(local).images === false) console.log('reads no pictures');
}
export async function noteCapabilitiesInbackends() {
const reader = noteCapabilities(local, { images: true });
}
export async function placeOfHostInbackends() {
console.log(placeOfHost('http://192.168.1.5:11434')); // network
}
export async function askingPlaceInbackends() {
const served = askingPlace(local, async () => undefined);
}
export async function placedAtInbackends() {
const served = placedAt(local, 'network', 'http://192.168.1.5:8080/v1');
}
export async function placeNowInbackends() {
if ((await placeNow(local)) !== 'device') console.log('runs elsewhere');
}
export async function isForeignInbackends() {
if (isForeign(cloud)) console.log('its bytes are not seen');
}
export async function isRefusalInbackends() {
const refused = answer.content.some(isRefusal);
}
export async function withWishesInbackends() {
const one = withWishes(call, { parallelToolCalls: false });
}
export async function callInputInbackends() {
const part = callInput('{"count": 1.0}');
}
export async function foreseenByInbackends() {
console.log(foreseenBy(support));
}
export async function judgedByInbackends() {
console.log(judgedBy(support));
}
export async function askEmbeddingInbackends() {
const embedder = embedderOf(embeddingModel, { place: 'device' });
const [vector] = await askEmbedding(ask, embedder, ['the question']);
}
export async function poolInbackends() {
const both = pool({ members: [{ model: 'ollama:phi4-mini' }, { model: local }] });
}
export async function poolMembersOfInbackends() {
for (const member of poolMembersOf(local) ?? []) console.log(member);
}
export async function nearestInconfig() {
console.log(nearest('concurency', ['concurrency', 'cloud'])); // concurrency
}
export async function repeatedKeyInconfig() {
console.log(repeatedKey('{"mode":"local-only","mode":"cloud-allowed"}')); // mode
}
export async function problemsInInconfig() {
const problems = problemsIn(config, known);
}
export async function poolsInInconfig() {
for (const { name, members } of poolsIn(config)) console.log(name, members.length);
}
export async function serversInInconfig() {
for (const { name, spec } of serversIn(config)) console.log(name, spec);
}
export async function startingInInconfig() {
const started = startingIn(config);
if (started.length > 0) console.log(`it starts ${started.join(', ')}`);
}
export async function configJsonSchemaInconfig() {
const schema = configJsonSchema(facts);
}
export async function configFileInInconfig() {
const file = configFileIn('.') ?? 'there is none';
}
export async function isCodeInconfig() {
console.log(isCode('tandem.config.ts'), isCode('tandem.yaml')); // true false
}
export async function loadConfigInconfig() {
const loaded = await loadConfig({ folder: '.' });
}
export async function readOptionsInconfig() {
const options = readOptions(z.strictObject({ k: z.number().min(1) }), { k: 3 }, '`vote`');
}
export async function resolveConfigInconfig() {
const resolved = resolveConfig(config, resolver);
const answer = await resolved.find('local').doGenerate(call);
}
export async function runOptionsOfInconfig() {
const options = runOptionsOf(config, ({ words = [] }) => personalDataMasker({ words }));
await run(options, async () => support.doGenerate(call));
}
export async function stricterBudgetInconfig() {
const budget = stricterBudget({ usd: 1 }, { usd: 0.2, tokens: 10_000 }); // usd: 0.2
}
export async function looserOptionInconfig() {
const schema = z.strictObject({ maxRounds: z.number() });
const looser = looserOption(schema, { maxRounds: 2 }, { maxRounds: 5 });
if (looser) console.log(looser.key);
}
export async function wordsForInconfig() {
console.log(wordsFor(z.number().int().min(1).max(20))); // a whole number from 1 to 20
}
export async function readRegularFileInconfig() {
const text = readRegularFile('questions.txt');
}
export async function requireRegularFileInconfig() {
const { size } = requireRegularFile('questions.txt');
}
export async function configuredMaskerInconfig() {
const masker = configuredMasker({ words: ['Ada Lovelace'], finders: ['names'] }, () => local);
}
