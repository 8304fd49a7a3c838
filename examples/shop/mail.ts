import type { Order } from './orders.ts';
import { shipTo } from './orders.ts';
import { getUser } from './users.ts';

export function confirmation(order: Order): string {
  const name = getUser(order.userId)?.name ?? 'customer';
  return `Dear ${name},\nyour order ${order.id} goes to ${shipTo(order)}.\n`;
}
