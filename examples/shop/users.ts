export interface User {
  readonly id: string;
  readonly name: string;
  readonly address: string;
}

const users = new Map<string, User>();

export function addUser(user: User): void {
  users.set(user.id, user);
}

export function getUser(id: string): User | undefined {
  return users.get(id);
}
