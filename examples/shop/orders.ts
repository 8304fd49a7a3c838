import { now } from './time.ts';
import { getUser } from './users.ts';

export interface Order {
  readonly id: number;
  readonly userId: string;
  readonly placedAt: number;
}

export function shipTo(order: Order): string {
  const user = getUser(order.userId);
  return user ? `${user.name}, ${user.address}` : 'unknown';
}

/** Orders can be changed for two hours. */
export function canChange(order: Order): boolean {
  return now() - order.placedAt < 2 * 3600;
}
