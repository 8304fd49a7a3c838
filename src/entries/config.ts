/** Configurations as programs read them: their schema, their names, and the patterns by name. */

export { nearest } from '../algorithms/nearest.ts';
export { repeatedKey } from '../algorithms/text/written/repeated-key.ts';
export { type KnownNames, problemsIn } from '../config/check-names.ts';
export type { AnyConfig } from '../config/config.ts';
export {
  type NamedPool,
  type NamedServer,
  poolsIn,
  serversIn,
} from '../config/configured-servers.ts';
export { startingIn } from '../config/data-rules.ts';
export { configJsonSchema } from '../config/json-schema.ts';
export { configFileIn, isCode, loadConfig } from '../config/load-config.ts';
export { readOptions } from '../config/read-options.ts';
export { type ListedModel, type ResolvedConfig, resolveConfig } from '../config/resolve-config.ts';
export { runOptionsOf, stricterBudget } from '../config/run-options.ts';
export { type LooserOption, looserOption } from '../config/strictness.ts';
export { wordsFor } from '../config/value-words.ts';
export type { PatternEntry, Roles } from '../model/pattern/pattern-entry.ts';
export type {
  EstimateReading,
  ReadingEstimate,
  ReadingSizes,
} from '../model/pattern/reading-estimate.ts';
export { readRegularFile, requireRegularFile } from '../model/regular-file.ts';
export type { ReadingAdvice, Way } from '../patterns/auto/advise.ts';
export type { AdviceOptions, Adviser } from '../patterns/auto/adviser.ts';
export type { WayName } from '../patterns/auto/ways.ts';
export { configuredMasker } from '../registry/configured-masker.ts';
export { patternByName } from '../registry/patterns.ts';
export { schemes } from '../registry/schemes.ts';
