/** One-sided 95 %: quantile of the normal distribution. */
export const z95 = 1.6448536269514722;

/** A share of successes. */
export interface Counted {
  readonly successes: number;
  readonly trials: number;
}

/**
 * Gives the lower end of Wilson's one-sided interval for a share, 0..1; 0 without trials. Default:
 * 95 %.
 * @example
 * ```ts
 * console.log(wilsonLower({ successes: 97, trials: 100 })); // about 0.93
 * ```
 */
export function wilsonLower({ successes, trials }: Counted, z: number = z95): number {
  if (trials <= 0) return 0;
  const share = successes / trials;
  const middle = share + (z * z) / (2 * trials);
  const half = z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return Math.max(0, (middle - half) / (1 + (z * z) / trials));
}

/**
 * Gives the upper end of Wilson's one-sided interval for a share, 0..1; 1 without trials. Default:
 * 95 %.
 * @example
 * ```ts
 * console.log(wilsonUpper({ successes: 3, trials: 100 })); // about 0.07
 * ```
 */
export function wilsonUpper({ successes, trials }: Counted, z: number = z95): number {
  return trials <= 0 ? 1 : 1 - wilsonLower({ successes: trials - successes, trials }, z);
}
