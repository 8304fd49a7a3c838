// What is under way ends by itself when its signal is aborted; so long may that take.
const graceMs = 250;

/**
 * Awaits work in which functions of the user take part. One that never answers hears of no abort:
 * a deadline and a client that went away end the work all the same. @throws the signal's reason
 */
export async function notHanging<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  let leave = () => {};
  const left = new Promise<never>((_, reject) => {
    leave = () => {
      timer = setTimeout(() => reject(signal.reason), graceMs);
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([work, left]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  }
}
