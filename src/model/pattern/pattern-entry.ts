import type * as z from 'zod';
import type { LanguageModel } from '../types.ts';
import type { EstimateReading, ReadingEstimate } from './reading-estimate.ts';

/** Models by the part they play; every pattern takes a local and a cloud one. */
export interface Roles {
  readonly local: LanguageModel;
  readonly cloud: LanguageModel;
  /** Further roles that a pattern knows by name, such as the router's `unsure`. */
  readonly [role: string]: LanguageModel | undefined;
}

/** The models of roles that several share. */
export type RoleLists = Readonly<Record<string, readonly LanguageModel[]>>;

/** A pattern as configuration and command line know it: by name, with options that are data. */
export interface PatternEntry<
  Options extends z.ZodObject = z.ZodObject,
  Role extends string = string,
  List extends string = string,
> {
  /** One line for `--help`. */
  readonly summary: string;
  /** Roles beside local and cloud, none of them required. */
  readonly moreRoles: readonly Role[];
  /**
   * Roles that several models share, each a list in a configuration, such as `moreSolvers` of
   * maker.
   */
  readonly roleLists?: readonly List[];
  /**
   * The requests that it is proposed for where nobody names a pattern; of several, the first of the
   * registry comes first. Default: none.
   */
  readonly proposedFor?: 'questions' | 'documents';
  /** Options as data; unknown keys are refused. */
  readonly options: Options;
  make(roles: Roles, options: z.infer<Options>, lists?: RoleLists): LanguageModel;
  /** Says, for a pattern that reads documents, what it will do with one, before it does it. */
  estimate?(...given: Parameters<EstimateReading<z.infer<Options>>>): ReadingEstimate;
}

/** Types an entry by its own options, roles and lists of roles. */
export function patternEntry<
  Options extends z.ZodObject,
  const Role extends string = never,
  const List extends string = never,
>(entry: PatternEntry<Options, Role, List>): PatternEntry<Options, Role, List> {
  return entry;
}
