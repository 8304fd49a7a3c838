import * as z from 'zod';
import { deferred } from '../../algorithms/deferred.ts';
import { functionOption, modelOption } from '../../config/option-kinds.ts';
import type { Summary } from '../../model/run/summary.ts';
import type { Answer } from '../../model/types.ts';

/** How two patterns did on one call. */
export interface Comparison {
  readonly agrees: boolean;
  readonly shown: Summary | undefined;
  /** Absent if it failed. */
  readonly hidden: Summary | undefined;
  /** Code of the hidden pattern's error. */
  readonly hiddenError?: string;
}

/** Options of a shadow as a program has them; a configuration names the two models alone. */
export const shadowOptions = deferred(() =>
  z.strictObject({
    /** The model whose answer is given. */
    shown: modelOption,
    /** Asked beside it; its answer is compared and thrown away, its failure changes nothing. */
    hidden: modelOption,
    /** Is told of every comparison. */
    onComparison: functionOption<(comparison: Comparison) => void>().optional(),
    /** What makes two answers agree. Default: equal texts, apart from white space and case. */
    agrees: functionOption<(shown: Answer, hidden: Answer) => boolean>().optional(),
  }),
);

/** Options of a shadow. */
export type ShadowOptions = Readonly<z.input<typeof shadowOptions>>;
