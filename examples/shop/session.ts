import { now } from './time.ts';

export interface Session {
  readonly userId: string;
  readonly endsAt: number;
}

export function openSession(userId: string, hours: number): Session {
  return { userId, endsAt: now() + hours * 3600 };
}

export function isOpen(session: Session): boolean {
  return session.endsAt > now();
}
