/** Whole days from one time to another, in milliseconds. */
export function daysBetween(from: number, to: number): number {
  return Math.floor((to - from) / 86400000);
}

/** Whether a loan of so many days is over. */
export function isOverdue(lentAt: number, days: number, now: number): boolean {
  return daysBetween(lentAt, now) > days;
}
