import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { backends } from '../../src/backends/backends.ts';
import { ollama, openaiCompatible } from '../../src/entries/backends.ts';
import { direct, type LanguageModel, placeOf, run, TandemError } from '../../src/index.ts';
import type { Place } from '../../src/trace/span.ts';
import { provenRedirects } from './device-redirects.ts';
import type { Proof } from './journal.ts';

const mark = 'MARKEDWORD';
const hosts: Readonly<Record<Place, readonly string[]>> = {
  device: [
    ...['127.0.0.1', 'localhost', 'LOCALHOST', 'localhost.', '[::1]', '127.9.9.9', '2130706433'],
    ...['0x7f000001', '0177.0.0.1', '127.1', '[::ffff:127.0.0.1]', '0.0.0.0', '[::]'],
  ],
  network: [
    ...['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.5', '169.254.1.1', '100.64.0.1'],
    ...['[fc00::1]', '[fd12::1]', '[fe80::1]', '[::ffff:192.168.1.5]', '3232235781', 'nas'],
    ...['nas.local', 'NAS.local.', 'a.localhost', 'host.docker.internal', 'ollama', 'gpu.lan'],
    ...['gateway.docker.internal', 'host.containers.internal', 'box.home.arpa'],
  ],
  cloud: [
    ...['api.example.com', '203.0.113.9', '3405803785', '[2001:db8::1]', '127.evil.example'],
    ...['localhost.evil.example', '10.evil.example', '172.32.0.1', '192.169.0.1', '100.128.0.1'],
    ...['local.evil', 'evil-local.com', '[::ffff:203.0.113.9]', '11.0.0.1', 'localhost.com'],
    ...['127.0.0.1@evil.example', '192.168.1.5.evil.example', 'internal.com'],
  ],
};

/** A device is this machine: by tables of hosts and answers, and on a machine without a route. */
export async function proveDevice(): Promise<Proof> {
  const parts = [
    await provenHosts(),
    await provenAnswers(),
    await provenNetwork(),
    await provenRedirects(),
    withoutRoute(),
  ];
  return {
    says: parts.flatMap(({ says }) => says),
    problems: parts.flatMap(({ problems }) => problems),
  };
}

// Schemes come from the registry; those of clouds alone say so wherever they are.
const cloudsAlone = ['azure', 'azure-ai', 'openai'];

async function provenHosts(): Promise<Proof> {
  const problems: string[] = [];
  let tried = 0;
  const schemes = backends
    .map(({ scheme }) => scheme)
    .filter(
      ({ name, settings = [] }) => settings.includes('endpoint') && !cloudsAlone.includes(name),
    );
  for (const scheme of schemes) {
    for (const [place, names] of Object.entries(hosts)) {
      for (const name of names) {
        tried++;
        const endpoint = `http://${name.replace(/^([^@]*)$/, '$1:9')}/v1`;
        const rest = scheme.example.slice(scheme.name.length + 1);
        const found = placeOf(scheme.create(rest, { endpoint, env: {} }));
        if (found !== place) problems.push(`${scheme.name} at ${name}: ${found}, not ${place}`);
      }
    }
  }
  return { says: [`${tried} hosts of ${schemes.length} schemes`], problems };
}

interface Answerer {
  /** What it answers, by path; whatever else is 404. */
  readonly pages?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly isCloud: boolean;
}

const remote = JSON.stringify({ remote_host: 'https://ollama.com:443', remote_model: 'm' });
const answerers: Readonly<Record<string, Answerer>> = {
  'a plain server': { isCloud: false },
  'a plain server with a page': { pages: { '/': 'llama.cpp server' }, isCloud: false },
  'LiteLLM by its headers': { headers: { 'x-litellm-version': '1.80' }, isCloud: true },
  'LiteLLM by its page': {
    pages: { '/': '<title>LiteLLM API - Swagger UI</title>' },
    isCloud: true,
  },
  'LiteLLM by its route': { pages: { '/health/liveliness': '"I\'m alive!"' }, isCloud: true },
  'Portkey by its headers': { headers: { 'x-portkey-trace-id': '1' }, isCloud: true },
  'Portkey by its page': { pages: { '/': 'AI Gateway says hey!' }, isCloud: true },
  'Bifrost by its headers': { headers: { 'x-bf-request-id': '1' }, isCloud: true },
  'Bifrost by its page': { pages: { '/': '<title>Bifrost</title>' }, isCloud: true },
  'Tandem by its headers': { headers: { 'x-tandem-server': 'gateway' }, isCloud: true },
  'an Ollama with a remote model': { pages: { '/api/show': remote }, isCloud: true },
};

async function startAnswerer({ pages = {}, headers = {} }: Answerer) {
  const bodies: string[] = [];
  const paths: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', piece => (body += piece));
    request.on('end', () => {
      const path = request.url ?? '';
      bodies.push(body);
      paths.push(path);
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      const isChat = path.endsWith('/chat/completions');
      const message = { role: 'assistant', content: 'here' };
      const chat = { choices: [{ index: 0, message, finish_reason: 'stop' }] };
      response.statusCode = isChat || pages[path] !== undefined ? 200 : 404;
      response.end(isChat ? JSON.stringify(chat) : (pages[path] ?? '{}'));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { endpoint: `http://127.0.0.1:${port}/v1`, bodies, paths, close };
}

async function asked(model: LanguageModel, options: object = {}): Promise<string> {
  const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: mark }] }];
  try {
    await run({ mode: 'local-only', retry: { tries: 1 }, ...options }, async () =>
      direct(model).doGenerate({ prompt }),
    );
    return 'answered';
  } catch (error) {
    return TandemError.isInstance(error) ? error.code : String(error);
  }
}

async function provenAnswers(): Promise<Proof> {
  const problems: string[] = [];
  for (const [name, answerer] of Object.entries(answerers)) {
    const server = await startAnswerer(answerer);
    problems.push(...(await atAnswerer(answerer, server)).map(problem => `${name}: ${problem}`));
    server.close();
  }
  return { says: [`${Object.keys(answerers).length} servers on loopback`], problems };
}

async function atAnswerer(
  { isCloud, pages }: Answerer,
  { endpoint, bodies, paths }: Awaited<ReturnType<typeof startAnswerer>>,
): Promise<string[]> {
  const model = openaiCompatible({ model: 'm', endpoint });
  const outcomes = [await asked(model), await asked(model)];
  const wanted = isCloud ? 'egress_denied' : 'answered';
  const isSent = bodies.some(body => body.includes(mark));
  const questions = paths.filter(path => !path.endsWith('/chat/completions'));
  const isRemote = pages?.['/api/show'] !== undefined;
  const stated = await asked(openaiCompatible({ model: 'm', endpoint, place: 'device' }));
  return [
    ...(outcomes.every(outcome => outcome === wanted) ? [] : [`${outcomes}`]),
    ...(isSent === isCloud ? [`the prompt was ${isSent ? '' : 'not '}sent`] : []),
    ...(new Set(questions).size === questions.length ? [] : [`asked again: ${questions}`]),
    ...(stated === (isRemote ? 'egress_denied' : 'answered') ? [] : [`said to be here: ${stated}`]),
  ];
}

async function provenNetwork(): Promise<Proof> {
  const problems: string[] = [];
  for (const host of hosts.network) {
    let packets = 0;
    const fetch = async () => {
      packets++;
      return new Response('{}', { status: 404 });
    };
    const endpoint = `http://${host}:9/v1`;
    const { hostname } = new URL(endpoint);
    for (const model of [
      openaiCompatible({ model: 'm', endpoint, fetch }),
      ollama({ model: 'm', endpoint, fetch }),
    ]) {
      packets = 0;
      const refused = await asked(model);
      if (refused !== 'place_not_allowed' || packets > 0)
        problems.push(`${model.modelId} at ${host}: ${refused} after ${packets} packets`);
      const allowed = await asked(model, { networkHosts: [hostname.replace(/\.$/, ''), hostname] });
      if (allowed !== 'model_failed' || packets === 0)
        problems.push(`${model.modelId} at ${host}, allowed: ${allowed} after ${packets} packets`);
    }
  }
  return {
    says: [`${hosts.network.length} hosts of the network, refused without a packet`],
    problems,
  };
}

function withoutRoute(): Proof {
  const child = join(import.meta.dirname, 'device-child.ts');
  const line = 'ip link set lo up 2>/dev/null; exec "$0" "$1"';
  const { status, stdout, stderr, error } = spawnSync(
    'unshare',
    ['-n', 'sh', '-c', line, process.execPath, child],
    { encoding: 'utf8' },
  );
  const isSkipped = error !== undefined || /unshare( failed)?:/.test(stderr);
  if (isSkipped)
    return { says: ['skipped: a network of its own needs `unshare` and root'], problems: [] };
  return status === 0
    ? { says: [`without a route: ${stdout.trim()}`], problems: [] }
    : { says: [], problems: [`without a route: ${stdout}${stderr}`] };
}
