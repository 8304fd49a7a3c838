import { notFound, type Problem } from './wire/problem.ts';

/** Endpoints of OpenAI, Anthropic and Ollama that are not served, each by how it begins. */
const notServed: readonly (readonly [begin: string, advice: string])[] = [
  ['/v1/messages', 'Anthropic\u2019s interface is not served. Use /v1/chat/completions.'],
  ['/api/', 'Ollama\u2019s own interface is not served. Use /v1/chat/completions.'],
  ['/v1/moderations', 'Moderations are not served.'],
  ['/v1/uploads', 'Uploads in parts are not served. Use /v1/files.'],
  ['/v1/vector_stores', 'Vector stores are not served. Name files in messages.'],
  ['/v1/assistants', 'Assistants are not served. Use /v1/responses.'],
  ['/v1/threads', 'Threads are not served. Use /v1/conversations with /v1/responses.'],
  ['/v1/images', 'Images are not made here.'],
  ['/v1/audio', 'Speech is not served.'],
  ['/v1/fine_tuning', 'Models are not trained here.'],
  ['/v1/realtime', 'The realtime interface is not served. Use /v1/responses with `stream`.'],
];

/** The refusal of a path that leads nowhere, with the one that was probably meant. */
export function nothingAt(
  method: string,
  path: string,
  known: { keys(): Iterable<string> },
): Problem {
  const shown = path.slice(0, 100);
  const meant = nearPath(path, [...known.keys()]);
  if (meant !== undefined)
    return notFound(`There is nothing at ${method} ${shown}. Did you mean ${meant}?`);
  const advice = notServed.find(([begin]) => `${path}/`.startsWith(`${begin.replace(/\/$/, '')}/`));
  const next = advice?.[1] ?? 'See / for what is.';
  return notFound(`There is nothing at ${method} ${shown}. ${next}`);
}

function nearPath(path: string, known: readonly string[]): string | undefined {
  const steps = path.split('/').filter(step => step !== '' && step !== 'v1' && step !== 'openai');
  const [, ...rest] = steps;
  // Some clients put the name of a provider, or `api`, before what they mean, and Azure's a model.
  const isAzure = /^(?:deployments|engines)$/.test(steps[0] ?? '');
  const tries = [steps, isAzure ? steps.slice(2) : rest].filter(each => each.length > 0);
  for (const each of tries) {
    for (const tried of [`/v1/${each.join('/')}`, `/${each.join('/')}`]) {
      if (tried === path) continue;
      if (known.some(one => patternOf(one).test(tried))) return tried;
    }
  }
  return undefined;
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+').replace(/[.]/g, '\\.')}$`, 'i');
}
