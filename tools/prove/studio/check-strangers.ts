import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Checked } from '../studio.ts';
import type { Browser } from './browser.ts';
import type { ServedPage } from './served-page.ts';

/** A page of another port or site: it reads and writes nothing, with the right key neither. */
export async function checkStrangers(browser: Browser, served: ServedPage): Promise<Checked> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>stranger</title>');
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const problems: string[] = [];
  try {
    // Of another port, and by its name of another site.
    for (const host of ['127.0.0.1', 'localhost'])
      problems.push(...(await tried(browser, served, `http://${host}:${port}/`)));
  } finally {
    server.close();
  }
  const says = ['a page of another port, and one of another site: 6 ways tried to read and write'];
  return { says: [`${says}, ${problems.length} did`], problems };
}

async function tried(browser: Browser, served: ServedPage, address: string): Promise<string[]> {
  const problems: string[] = [];
  const page = await browser.page();
  try {
    await page.go(address);
    await page.until("document.title === 'stranger'");
    const tries = await page.run<string[]>(`(async () => {
      const key = { authorization: 'Bearer ${served.key}' };
      const body = JSON.stringify({ model: 'local', messages: [{ role: 'user', content: 'x' }] });
      const asks = {
        read: ['/v1/runs', {}],
        readWithKey: ['/v1/runs', { headers: key }],
        readPage: ['/studio/', {}],
        write: ['/v1/chat/completions', { method: 'POST', body }],
        writeAsForm: ['/v1/chat/completions', { method: 'POST', body, mode: 'no-cors' }],
        session: ['/studio/session', { method: 'POST', body: '{"code":"x"}' }],
      };
      const read = [];
      for (const [name, [path, init]] of Object.entries(asks)) {
        try {
          const response = await fetch('${served.url}' + path, init);
          if (response.type !== 'opaque') read.push(name);
        } catch {}
      }
      return read;
    })()`);
    problems.push(...tries.map(name => `A page at ${address} could: ${name}.`));
    const framed = await page.run<boolean>(`new Promise(done => {
      const frame = document.createElement('iframe');
      frame.src = '${served.url}/studio/';
      frame.onload = () => {
        try { done(frame.contentDocument.title !== '') } catch { done(false) }
      };
      document.body.append(frame);
      setTimeout(() => done(false), 3000);
    })`);
    if (framed) problems.push(`A page at ${address} could frame and read the page.`);
  } finally {
    await page.close();
  }
  return problems;
}
