import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A browser that is driven by its debugging protocol; nothing but Node is needed. */
export interface Browser extends AsyncDisposable {
  /** Opens a page of its own, which shares nothing with others. */
  page(options?: PageOptions): Promise<Page>;
}

/** How a page is shown. */
export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
  readonly forcedColours?: boolean;
}

/** A page. */
export interface Page {
  go(address: string): Promise<void>;
  /** Runs an expression in the page, and returns what it, or its promise, came to. */
  run<Value>(expression: string): Promise<Value>;
  /** Waits until an expression holds. @throws Error after so many milliseconds */
  until(expression: string, mostMs?: number): Promise<number>;
  press(key: string): Promise<void>;
  type(text: string): Promise<void>;
  picture(): Promise<Buffer>;
  send<Answer>(method: string, params?: object): Promise<Answer>;
  /** Addresses that were asked for, without those of the page's own scheme. */
  readonly requests: readonly string[];
  /** What the page reported: errors, refusals by its policy. */
  readonly reports: readonly string[];
  close(): Promise<void>;
}

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine; undefined where there is none. */
export function browserProgram(): string | undefined {
  return programs.find(path => existsSync(path));
}

const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--disable-features=Translate,OptimizationHints,MediaRouter',
  '--remote-debugging-port=0',
];

/** Starts a browser with an empty profile. */
export async function startBrowser(program: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), 'studio-browser-'));
  const child = spawn(program, [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: 'ignore',
  });
  const address = await debuggingAddress(child, profile);
  const wire = await connect(address);
  return {
    page: options => openPage(wire, options),
    async [Symbol.asyncDispose]() {
      wire.close();
      const ended = new Promise(done => child.once('exit', done));
      child.kill('SIGKILL');
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function debuggingAddress(child: ChildProcess, profile: string): Promise<string> {
  const file = join(profile, 'DevToolsActivePort');
  for (let tries = 0; tries < 600 && child.exitCode === null; tries++) {
    if (existsSync(file)) {
      const [port, path] = readFileSync(file, 'utf8').split('\n');
      if (port && path) return `ws://127.0.0.1:${port}${path}`;
    }
    await pause(50);
  }
  throw new TypeError('The browser did not start.');
}

interface Wire {
  send<Answer>(method: string, params?: object, session?: string): Promise<Answer>;
  listen(session: string, listener: (method: string, params: Params) => void): void;
  close(): void;
}

// biome-ignore lint/suspicious/noExplicitAny: the protocol's messages are as many as its methods.
type Params = any;

function connect(address: string): Promise<Wire> {
  const socket = new WebSocket(address);
  const waiting = new Map<number, { resolve(value: never): void; reject(error: Error): void }>();
  const listeners = new Map<string, (method: string, params: Params) => void>();
  let next = 1;
  socket.addEventListener('message', event => {
    const { id, result, error, method, params, sessionId } = JSON.parse(String(event.data));
    if (id === undefined) return listeners.get(sessionId)?.(method, params);
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error) asked?.reject(new TypeError(error.message));
    else asked?.resolve(result as never);
  });
  const wire: Wire = {
    send: (method, params = {}, session) =>
      new Promise((resolve, reject) => {
        const id = next++;
        waiting.set(id, { resolve, reject });
        socket.send(JSON.stringify({ id, method, params, ...(session && { sessionId: session }) }));
      }),
    listen: (session, listener) => void listeners.set(session, listener),
    close: () => socket.close(),
  };
  return new Promise((resolve, reject) => {
    socket.addEventListener('open', () => resolve(wire));
    socket.addEventListener('error', () => reject(new TypeError('The browser cannot be driven.')));
  });
}

async function openPage(wire: Wire, options: PageOptions = {}): Promise<Page> {
  const { width = 1360, height = 900, theme = 'light', forcedColours = false } = options;
  const context = await wire.send<{ browserContextId: string }>('Target.createBrowserContext');
  const { targetId } = await wire.send<{ targetId: string }>('Target.createTarget', {
    url: 'about:blank',
    ...context,
  });
  const { sessionId } = await wire.send<{ sessionId: string }>('Target.attachToTarget', {
    targetId,
    flatten: true,
  });
  const send = <Answer>(method: string, params?: object) =>
    wire.send<Answer>(method, params, sessionId);
  const requests: string[] = [];
  const reports: string[] = [];
  wire.listen(sessionId, (method, params) => {
    if (method === 'Network.requestWillBeSent') requests.push(params.request.url);
    if (method === 'Runtime.exceptionThrown')
      reports.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    if (method === 'Log.entryAdded' && params.entry.source === 'security')
      reports.push(params.entry.text);
  });
  for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await send(`${domain}.enable`);
  await send('Emulation.setDeviceMetricsOverride', {
    width,
    height,
    deviceScaleFactor: 1,
    mobile: width < 500,
  });
  await send('Emulation.setEmulatedMedia', {
    features: [
      { name: 'prefers-color-scheme', value: theme },
      { name: 'forced-colors', value: forcedColours ? 'active' : 'none' },
    ],
  });
  return pageOf(send, { requests, reports }, () =>
    wire.send('Target.disposeBrowserContext', context),
  );
}

type Send = <Answer>(method: string, params?: object) => Promise<Answer>;

function pageOf(
  send: Send,
  heard: Pick<Page, 'requests' | 'reports'>,
  close: () => Promise<unknown>,
): Page {
  const run = async <Value>(expression: string): Promise<Value> => {
    const { result, exceptionDetails } = await send<Params>('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails)
      throw new TypeError(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value as Value;
  };
  return {
    ...heard,
    send,
    run,
    go: async address => void (await send('Page.navigate', { url: address })),
    async until(expression, mostMs = 15_000) {
      const begun = performance.now();
      while (!(await run<unknown>(expression).catch(() => false))) {
        if (performance.now() - begun > mostMs) throw new TypeError(`Never: ${expression}`);
        await pause(20);
      }
      return performance.now() - begun;
    },
    press: key => press(send, key),
    type: async text => void (await send('Input.insertText', { text })),
    async picture() {
      const { data } = await send<{ data: string }>('Page.captureScreenshot', { format: 'png' });
      return Buffer.from(data, 'base64');
    },
    close: async () => void (await close()),
  };
}

async function press(send: Send, key: string): Promise<void> {
  const codes: Readonly<Record<string, number>> = {
    ...{ Enter: 13, Escape: 27, Tab: 9, End: 35, Home: 36, ArrowUp: 38, ArrowDown: 40 },
  };
  const code = codes[key] ?? key.toUpperCase().charCodeAt(0);
  const text = key === 'Enter' ? '\r' : key.length === 1 ? key : undefined;
  const event = { key, windowsVirtualKeyCode: code, ...(text && { text }) };
  await send('Input.dispatchKeyEvent', { type: 'keyDown', ...event });
  await send('Input.dispatchKeyEvent', { type: 'keyUp', ...event });
}
