/**
 * Instruments for testing patterns and applications: doubles, simulations, the exam, and a toy
 * language model.
 */
export { seededRandom } from '../algorithms/seeded-random.ts';
export { type Cassette, type CassetteOptions, cassette } from './cassette.ts';
export { check, readWellFormed } from './check-stream.ts';
export { docxOf } from './docx.ts';
export {
  collectStream,
  type DoubleIdentity,
  doubleOf,
  lastUserText,
  promptText,
  type Reply,
} from './double.ts';
export { apiFailure, connectionFailure } from './failures.ts';
export { type GadgetSearch, gadgetSearch, withGadget } from './gadget-search.ts';
export {
  type HanoiMove,
  type HanoiState,
  type HanoiStep,
  hanoiPrompt,
  hanoiStart,
  hanoiTruth,
  isHanoiDone,
  isLegalHanoi,
  isSameHanoi,
  parseHanoi,
} from './hanoi.ts';
export { type ContractCase, patternContract, type Subject } from './pattern-contract.ts';
export { type PlacedText, pdfOf } from './pdf.ts';
export { type ScriptedModel, type ScriptStep, scriptedModel } from './scripted-model.ts';
export { type ErrorModel, simulatedModel } from './simulated-model.ts';
export { type StoreSubject, storeContract } from './store-contract.ts';
export { type TinyModelOptions, tinyModel } from './tiny/tiny-model.ts';
export {
  startWireDouble,
  type WireDouble,
  type WireRequest,
  type WireStep,
} from './wire/wire-double.ts';
export {
  type ServerDoubleOptions,
  type ServerKind,
  startServerDouble,
} from './wire/wire-servers.ts';
