/** An estimate with the interval that its sample leaves open. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}
