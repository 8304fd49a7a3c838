/**
 * Calibration, training and evaluation: what a pair of models is worth, before and while it is
 * used.
 */
export { clopperPearson } from '../algorithms/binomial.ts';
export { bootstrap, type Interval } from '../algorithms/bootstrap.ts';
export {
  type Demands,
  type OperatingPoint,
  operatingPointAt,
} from '../algorithms/choose-threshold.ts';
export { auroc, calibrationError } from '../algorithms/confidence-metrics.ts';
export { escalationBound } from '../algorithms/escalation-bound.ts';
export { seededRandom } from '../algorithms/seeded-random.ts';
export {
  type CollectOptions,
  collectOutcome,
  type OutcomeRequest,
  type UnjudgedRow,
} from '../patterns/cascade/collect-outcome.ts';
export { type JournaledAnswer, rowOfRun } from '../patterns/cascade/row-of-run.ts';
export { schemaGrader } from '../patterns/cascade/schema-grader.ts';
export type { Signal, SignalByName } from '../patterns/cascade/signal.ts';
export { signalByName } from '../patterns/cascade/signals.ts';
export { type DriftMonitor, type DriftStatus, driftMonitor } from '../patterns/router/drift.ts';
export type { Scored } from '../patterns/router/scorer.ts';
export { defaultWeights } from '../patterns/router/trained-scorer.ts';
export type { Comparison } from '../patterns/shadow/shadow.ts';
export {
  type CalibrateOptions,
  type CalibrateResult,
  calibrate,
  scoreRows,
} from '../training/calibrate.ts';
export { type Calibration, readCalibration } from '../training/calibration.ts';
export {
  type CrossValidated,
  type CrossValidation,
  crossValidate,
} from '../training/cross-validate.ts';
export { type CalibrationReport, evaluateCalibration } from '../training/evaluate-calibration.ts';
export {
  type EvaluationOptions,
  evaluatePolicies,
  type PolicyEvaluation,
  type PolicyFigures,
} from '../training/evaluate-policies.ts';
export { type Feasibility, feasibility } from '../training/feasibility.ts';
export { fitRouter, type RouterTraining, type TrainedRouter } from '../training/fit-router.ts';
export { exactGrader, type Graded, type Grader, numericGrader } from '../training/graders.ts';
export { judgeGrader } from '../training/judge-grader.ts';
export { type LabelAgreement, labelAgreement } from '../training/label-agreement.ts';
export { type LabelOutcome, type LabelRow, readLabelRows } from '../training/label-rows.ts';
export type { LeftOutGroups } from '../training/left-out-groups.ts';
export { type Costs, costsOf, type OutcomePrices } from '../training/outcome-costs.ts';
export type { ModelOutcome, OutcomeLog, OutcomeRow } from '../training/outcome-log.ts';
export {
  baselinePolicies,
  calibratedPolicy,
  cascadePolicies,
  type Policy,
  weightsPolicy,
} from '../training/policies.ts';
export { type OutcomeSelection, parseOutcomes, readOutcomes } from '../training/read-outcomes.ts';
export {
  decideByWeights,
  type RouterAim,
  type WeightedDecision,
} from '../training/router-decision.ts';
export { readRouterFile, writeRouterFile } from '../training/router-file.ts';
export type { RouterWeights } from '../training/router-weights.ts';
export { type RoutingAccuracy, routingAccuracy } from '../training/routing-accuracy.ts';
export { refuseSeen } from '../training/seen-rows.ts';
