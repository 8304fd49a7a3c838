export type {
  Decoding,
  Demands,
  Interval,
  KeptThreshold,
  LeftOutGroups,
  Zones,
} from '../eval/saved-forms.ts';
/**
 * Calibration, training and evaluation: what a pair of models is worth, before and while it is
 * used.
 */

export { seededRandom } from '../algorithms/seeded-random.ts';
export { clopperPearson } from '../algorithms/votes/binomial.ts';
export { wilsonLower, wilsonUpper } from '../algorithms/votes/wilson.ts';
export {
  type CalibrateOptions,
  type CalibrateResult,
  calibrate,
  scoreRows,
} from '../eval/calibration/calibrate.ts';
export { type Calibration, readCalibration } from '../eval/calibration/calibration.ts';
export {
  type CrossValidated,
  type CrossValidation,
  crossValidate,
} from '../eval/calibration/cross-validate.ts';
export {
  type DriftMonitor,
  type DriftStatus,
  driftMonitor,
  driftOf,
} from '../eval/calibration/drift.ts';
export {
  type CalibrationReport,
  evaluateCalibration,
} from '../eval/calibration/evaluate-calibration.ts';
export { type Feasibility, feasibility } from '../eval/calibration/feasibility.ts';
export { foldByGroup } from '../eval/calibration/leave-groups-out.ts';
export { type Recalibrated, recalibrate } from '../eval/calibration/recalibrate.ts';
export { isSameDecoding, otherDecoding, shownDecoding } from '../eval/outcomes/decoding.ts';
export { exactGrader, type Graded, type Grader, numericGrader } from '../eval/outcomes/graders.ts';
export { judgeGrader } from '../eval/outcomes/judge-grader.ts';
export { type LabelAgreement, labelAgreement } from '../eval/outcomes/label-agreement.ts';
export { type LabelOutcome, type LabelRow, readLabelRows } from '../eval/outcomes/label-rows.ts';
export { type Costs, costsOf, type OutcomePrices } from '../eval/outcomes/outcome-costs.ts';
export type { ModelOutcome, OutcomeLog, OutcomeRow } from '../eval/outcomes/outcome-log.ts';
export {
  type OutcomeSelection,
  parseOutcomes,
  readOutcomes,
} from '../eval/outcomes/read-outcomes.ts';
export {
  type EvaluationOptions,
  evaluatePolicies,
  type PolicyEvaluation,
  type PolicyFigures,
} from '../eval/policies/evaluate-policies.ts';
export {
  baselinePolicies,
  calibratedPolicy,
  cascadePolicies,
  type Policy,
  weightsPolicy,
} from '../eval/policies/policies.ts';
export {
  type FitChoice,
  fitRouter,
  type RouterTraining,
  type TrainedRouter,
} from '../eval/router/fit-router.ts';
export { requireLearnable } from '../eval/router/learnable-log.ts';
export {
  decideByWeights,
  type RouterAim,
  type WeightedDecision,
} from '../eval/router/router-decision.ts';
export { readRouterFile, writeRouterFile } from '../eval/router/router-file.ts';
export { thresholdForShare } from '../eval/router/router-reference.ts';
export { type RouterWeights, trainedPolicy } from '../eval/router/router-weights.ts';
export { type RoutingAccuracy, routingAccuracy } from '../eval/router/routing-accuracy.ts';
export { refuseSeen } from '../eval/router/seen-rows.ts';
export { bootstrap } from '../eval/statistics/bootstrap.ts';
export { type OperatingPoint, operatingPointAt } from '../eval/statistics/choose-threshold.ts';
export { auroc, calibrationError } from '../eval/statistics/confidence-metrics.ts';
export { escalationBound } from '../eval/statistics/escalation-bound.ts';
export { keptThreshold } from '../eval/statistics/kept-threshold.ts';
export {
  leastSources,
  threeOutcomes,
  threeOutcomesOverSources,
} from '../eval/statistics/three-outcomes.ts';
export {
  type CollectOptions,
  collectAnswer,
  collectDraft,
  collectOutcome,
  type OutcomeRequest,
  type UnjudgedRow,
} from '../patterns/cascade/collect-outcome.ts';
export type { VerifierOptions } from '../patterns/cascade/gate-options.ts';
export { type ByCommandOptions, byCommand } from '../patterns/cascade/gates/by-command.ts';
export { verifier } from '../patterns/cascade/gates/verifier.ts';
export { type JournaledAnswer, rowOfRun } from '../patterns/cascade/row-of-run.ts';
export { schemaGrader } from '../patterns/cascade/schema-grader.ts';
export type { Signal, SignalByName } from '../patterns/cascade/signal.ts';
export { signalByName } from '../patterns/cascade/signals.ts';
export { embedPrompts, type PromptEmbedding } from '../patterns/router/prompt-vectors.ts';
export type { Scored } from '../patterns/router/scorer.ts';
export { defaultWeights } from '../patterns/router/trained-scorer.ts';
export type { Comparison } from '../patterns/shadow/options.ts';
