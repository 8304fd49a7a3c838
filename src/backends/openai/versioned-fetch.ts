/**
 * Makes a `fetch` for a base URL without a path, as samples write it: what the server does not know
 * there is asked for under `/v1`, and from then on there alone.
 */
export function versionedFetch(endpoint: string, send: typeof fetch): typeof fetch {
  const { origin, pathname } = new URL(endpoint);
  if (pathname !== '/') return send;
  let isVersioned = false;
  return async (input, init) => {
    const versioned = versionedUrl(String(input), origin);
    if (isVersioned) return send(versioned, init);
    const first = await send(input, init);
    if (!isUnknownThere(first)) return first;
    const second = await send(versioned, init);
    isVersioned = second.ok;
    const isAnswer = second.ok || /json|event-stream/.test(typeOf(second));
    await drop(isAnswer ? first : second);
    return isAnswer ? second : first;
  };
}

function versionedUrl(url: string, origin: string): string {
  return url.startsWith(`${origin}/`) ? `${origin}/v1${url.slice(origin.length)}` : url;
}

function isUnknownThere(response: Response): boolean {
  const { status } = response;
  return status === 404 || status === 405 || (response.ok && typeOf(response).includes('html'));
}

function typeOf(response: Response): string {
  return response.headers.get('content-type') ?? '';
}

async function drop(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => {});
}
