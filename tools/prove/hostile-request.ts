import { connect } from 'node:net';
import { canary } from './generate-request.ts';

type Random = () => number;

const host = 'Host: 127.0.0.1';
const json = 'Content-Type: application/json';
const post = 'POST /v1/chat/completions HTTP/1.1';

/** Bytes that no client would send. */
interface Hostile {
  readonly bytes: Buffer;
  readonly isSlow?: true;
}

const chatHead = `${post}\r\n${host}\r\n${json}`;
const hostileKinds: readonly ((random: Random) => Hostile)[] = [
  () => whole(chatHead, Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x80, 0x22, 0x7d])),
  () => whole(chatHead, Buffer.from('['.repeat(20_000) + ']'.repeat(20_000))),
  () =>
    whole(
      chatHead,
      Buffer.from(`{"model":"local","messages":${'{"a":'.repeat(500)}1${'}'.repeat(500)}}`),
    ),
  () => whole(chatHead, Buffer.alloc(1_100_000, 'x')),
  () => text(`${chatHead}\r\nContent-Length: 99999999999\r\n\r\n{}`),
  () => text(`${chatHead}\r\nContent-Length: -5\r\n\r\n{}`),
  () => text(`${chatHead}\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nhello\r\n0\r\n\r\n`),
  () => text(`${chatHead}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
  () =>
    text(
      'GET /v1/models ' +
        `HTTP/1.1\r\n${host}\r\n${`X-${canary}: ${'y'.repeat(200)}\r\n`.repeat(200)}\r\n`,
    ),
  () => text(`GET /v1/models HTTP/1.1\r\n${host}\r\nX-Long: ${'y'.repeat(40_000)}\r\n\r\n`),
  random => text(`GET ${pickPath(random)} HTTP/1.1\r\n${host}\r\n\r\n`),
  random => text(`GET /v1/models HTTP/1.1\r\nHost: ${pickHost(random)}\r\n\r\n`),
  () => text(`GET /v1/models HTTP/1.1\r\n\r\n`),
  random => text(`${pickMethod(random)} /v1/models HTTP/1.1\r\n${host}\r\n\r\n`),
  () =>
    text(
      `POST /v1/files HTTP/1.1\r\n${host}\r\nContent-Type: multipart/form-data; ` +
        `boundary=${canary}\r\nContent-Length: 20\r\n\r\n--nothing of the kind`,
    ),
  () =>
    text(
      `POST /v1/files HTTP/1.1\r\n${host}\r\nContent-Type: ` +
        'multipart/form-data\r\nContent-Length: 5\r\n\r\nhello',
    ),
  () => text('\u0016\u0003\u0001\u0002\u0000\u0001\u0000'),
  () => text(`GET /v1/models HTTP/9.9\r\n${host}\r\n\r\n`),
  () =>
    text(`GET /v1/files/${encodeURIComponent(`${canary}' or 1=1 --`)} HTTP/1.1\r\n${host}\r\n\r\n`),
  () => text(`GET /v1/runs/%00%ff/events HTTP/1.1\r\n${host}\r\nLast-Event-ID: -1e99\r\n\r\n`),
  () => ({
    ...text(`${chatHead}\r\nContent-Length: 100\r\n\r\n{"mod`),
    isSlow: true,
  }),
];

/** Writes bytes that no client would send. */
export function hostileBytes(random: Random): Hostile {
  return hostileKinds[Math.floor(random() * hostileKinds.length)]!(random);
}

/**
 * Sends bytes on a connection of their own; returns the status, or 0 where the server only closed.
 */
export function sendBytes(
  url: string,
  bytes: Buffer,
  mostMs: number,
): Promise<{ status: number; body: string }> {
  const { port, hostname } = new URL(url);
  return new Promise(resolve => {
    let answered = '';
    const socket = connect(Number(port), hostname);
    const end = () => {
      clearTimeout(timer);
      socket.destroy();
      const [, status = '0'] = /^HTTP\/1\.\d (\d{3})/.exec(answered) ?? [];
      resolve({ status: Number(status), body: answered });
    };
    const timer = setTimeout(end, mostMs);
    socket.on('data', piece => {
      answered += piece;
      const [head = '', body = ''] = answered.split('\r\n\r\n', 2);
      const [, length] = /content-length: (\d+)/i.exec(head) ?? [];
      if (length !== undefined && Buffer.byteLength(body) >= Number(length)) end();
    });
    socket.on('close', end);
    socket.on('error', end);
    socket.write(bytes);
  });
}

function whole(head: string, body: Buffer) {
  return {
    bytes: Buffer.concat([Buffer.from(`${head}\r\nContent-Length: ${body.length}\r\n\r\n`), body]),
  };
}

function text(given: string) {
  return { bytes: Buffer.from(given) };
}

function pickPath(random: Random): string {
  const paths = [
    '/v1/../../etc/passwd',
    '//evil.example/v1/models',
    '/v1/models/%2e%2e%2f%2e%2e',
    '/v1/models/%',
    '/%00',
    `/${canary.repeat(500)}`,
    'http://evil.example/v1/models',
    '*',
    '/v1/models?x=%ff%fe',
    '/v1/files/__proto__',
    '/v1/models/constructor',
  ];
  return paths[Math.floor(random() * paths.length)]!;
}

function pickHost(random: Random): string {
  const hosts = [
    'evil.example',
    '127.0.0.1.evil.example',
    'localhost@evil.example',
    '',
    '[::1',
    'a b',
    `${canary}.example`,
    '169.254.169.254',
  ];
  return hosts[Math.floor(random() * hosts.length)]!;
}

function pickMethod(random: Random): string {
  const methods = ['PATCH', 'TRACE', 'CONNECT', 'BREW', 'PROPFIND', 'HEAD', 'OPTIONS', 'get'];
  return methods[Math.floor(random() * methods.length)]!;
}
