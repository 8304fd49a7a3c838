import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type LanguageModel, onDevice, type StreamPart } from '../../src/index.ts';
import { doubleOf, lastUserText } from '../../src/testing/index.ts';
import { jsonOf, startGateway, type TestGateway } from './start-gateway.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
const nginx = process.env.TANDEM_TEST_NGINX;
const folder = mkdtempSync(join(tmpdir(), 'tandem-nginx-'));
const chat = '/v1/chat/completions';
const hi = { model: 'local', messages: [{ role: 'user', content: 'hi' }] };
const gateways: TestGateway[] = [];
let balancer: ChildProcess | undefined;
let at = '';

const post = (path: string, body: object) =>
  fetch(`${at}${path}`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify(body),
  });

// Streams a piece at a time.
function slowly(model: LanguageModel): LanguageModel {
  return onDevice({
    ...model,
    async doStream(call) {
      const { stream } = await model.doStream(call);
      const pauses = new TransformStream<StreamPart, StreamPart>({
        async transform(part, controller) {
          await pause(40);
          controller.enqueue(part);
        },
      });
      return { stream: stream.pipeThrough(pauses) };
    },
  });
}

// The example as it stands, with the ports of this machine.
function written(port: number): string {
  const example = new URL('../../examples/replicas/nginx.conf', import.meta.url);
  let text = readFileSync(example, 'utf8').replace('listen 8080', `listen 127.0.0.1:${port}`);
  for (const [n, { url }] of gateways.entries())
    text = text.replace(`gateway-${n + 1}:4114`, new URL(url).host);
  const file = join(folder, 'nginx.conf');
  const head = `daemon off;\npid ${folder}/pid;\nerror_log ${folder}/errors;\n`;
  writeFileSync(file, head + text.replace('http {', `http {\n  access_log off;`));
  return file;
}

describe.runIf(nginx)('two gateways behind nginx', () => {
  beforeAll(async () => {
    const path = join(folder, 'store.db');
    const local = slowly(
      doubleOf({ modelId: 'echo' }, call => ({
        ...{ text: `${lastUserText(call)} there, and a little more`, delayMs: 300 },
      })),
    );
    const config = { gateway: { allowHosts: ['tandem.internal'] } };
    const start = () => startGateway({ local }, config, { state: path, journal: { path } });
    gateways.push(await start(), await start());
    const port = 20_000 + Math.floor(Math.random() * 10_000);
    at = `http://127.0.0.1:${port}`;
    mkdirSync(join(folder, 'logs'), { recursive: true });
    balancer = spawn(nginx!, ['-p', folder, '-c', written(port)], { stdio: 'ignore' });
    await vi.waitFor(async () => expect((await fetch(`${at}/healthz`)).status).toBe(200), 10_000);
  });

  afterAll(async () => {
    balancer?.kill('SIGQUIT');
    for (const gateway of gateways) await gateway.close(0);
    rmSync(folder, { recursive: true, force: true });
  });

  it('hand events on as they come', async () => {
    const response = await post(chat, { ...hi, stream: true });
    const begun = performance.now();
    const times: number[] = [];
    for await (const _ of response.body!) times.push(performance.now() - begun);
    expect(times.at(-1)! - times[0]!).toBeGreaterThan(100);
  });

  it('read at each what one was sent, whichever is asked', async () => {
    const form = new FormData();
    form.set('purpose', 'user_data');
    form.set('file', new File(['The canary is yellow. '.repeat(100_000)], 'a.txt'));
    const sent = await fetch(`${at}/v1/files`, { method: 'POST', body: form });
    const { id } = await jsonOf(sent);
    for (let n = 0; n < 4; n++) {
      const read = await fetch(`${at}/v1/files/${id}/content`);
      expect((await read.text()).length).toBe(2_200_000);
    }
    const first = await jsonOf(post('/v1/responses', { model: 'local', input: 'one' }));
    const next = { model: 'local', input: 'two', previous_response_id: first.id };
    expect((await post('/v1/responses', next)).status).toBe(200);
  });

  it('go on where one has ended, and with its long runs', async () => {
    const { id } = await jsonOf(post('/v1/runs', hi));
    await gateways.shift()!.close(0);
    const answers = await Promise.all(Array.from({ length: 12 }, () => post(chat, hi)));
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200));
    await vi.waitFor(async () => {
      const run = await jsonOf(fetch(`${at}/v1/runs/${id}`));
      expect(run.status).toBe('done');
    }, 30_000);
  });
});
