// So many messages take milliseconds in each step, and more in all than others should wait.
const many = 1000;

/**
 * Lets other requests have the process between two steps of work on very many messages; nothing is
 * waited for where they are few.
 */
export function lettingOthersIn(messages: { readonly length: number }): Promise<void> | undefined {
  return messages.length > many ? new Promise(resolve => setImmediate(resolve)) : undefined;
}
