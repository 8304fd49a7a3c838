// Long enough to matter little, short enough to keep a server responsive.
const sliceMs = 4;

/** Lets other work run once a slice of time is used up, and ends at an abort. */
export function timeSlice(signal: AbortSignal | undefined): () => Promise<void> {
  let begun = performance.now();
  return async () => {
    signal?.throwIfAborted();
    if (performance.now() - begun < sliceMs) return;
    await new Promise(resolve => setImmediate(resolve));
    signal?.throwIfAborted();
    begun = performance.now();
  };
}
