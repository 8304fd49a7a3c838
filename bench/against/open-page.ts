import { type ChildProcess, fork } from 'node:child_process';
import { resolve } from 'node:path';

const child = resolve(import.meta.dirname, '../../tools/prove/studio/open-page-child.ts');

/** A page that a browser shows, and that follows its gateway. */
export interface OpenPage {
  close(): Promise<void>;
}

/** The address that a gateway writes when it starts, with the key of its page. */
export function addressIn(gateway: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((done, fail) => {
    gateway.once('exit', () => fail(new Error(`The gateway named no page. It said: ${said}`)));
    gateway.stdout!.on('data', (piece: Buffer) => {
      said += piece;
      const [address] = /http\S+\/studio\/#key=\S+/.exec(said) ?? [];
      if (address !== undefined) done(address);
    });
  });
}

/** Opens the page in a browser, and waits until it follows. @throws Error where there is none */
export async function openPage(address: string): Promise<OpenPage> {
  const browser = fork(child, [address]);
  const ended = new Promise<void>(done => browser.once('exit', () => done()));
  await new Promise<void>((done, fail) => {
    browser.once('message', () => done());
    browser.once('exit', () => fail(new Error('The page could not be opened: see above.')));
  });
  return {
    close() {
      browser.disconnect();
      return ended;
    },
  };
}
