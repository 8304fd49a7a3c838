// Customer service: a chat page over a help centre, on this machine.
//
//   node examples/customer-service/main.ts                      the reader; no model is needed
//   node examples/customer-service/main.ts --local ollama:phi4-mini --cloud azure:gpt-4.1
//   … --embedder http://127.0.0.1:11434/v1 --embedding nomic-embed-text    articles by meaning
//   node examples/customer-service/main.ts --play               a conversation, printed
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { all, complete, extractive, model, openJournal, retrieval } from 'tandem';
import { patternByName, resolveConfig } from 'tandem/config';
import { readCalibration } from 'tandem/eval';
import { startServer } from 'tandem/gateway';
import { byMeaning, readPair } from '../job/pair.ts';
import { appServer } from './app.ts';
import { openConversations } from './conversations.ts';
import { articles, finderOf, helpDesk } from './desk.ts';
import { play } from './play.ts';

const named = await readPair({
  ...byMeaning,
  port: 'string',
  folder: 'string',
  calibration: 'string',
  play: 'boolean',
});
const { options, cloud } = named;
const isPlay = options.play === true;
const local = named.local ?? extractive();
const calibration =
  typeof options.calibration === 'string' ? readCalibration(options.calibration) : undefined;
const folder = isPlay
  ? mkdtempSync(join(tmpdir(), 'customer-service-'))
  : String(options.folder ?? '.tandem/customer-service');
mkdirSync(folder, { recursive: true });
const journalPath = join(folder, 'tandem.db');

const desk = helpDesk({
  local,
  cloud,
  calibration,
  find: finderOf(named.embedder),
  // The reader says how well a sentence fits; a language model is judged by the default gate.
  ...(!named.local && { accept: all(complete(), retrieval()) }),
});
const config = { models: { desk }, gateway: { state: join(folder, 'gateway.db') } };
const gateway = await startServer({
  load: async () => ({
    config,
    resolved: resolveConfig(config, { model, patternByName }),
    roles: { local, cloud },
  }),
  port: 0,
  journal: { path: journalPath },
  logLevel: 'error',
});
const journal = openJournal({ path: journalPath });
const conversations = openConversations(join(folder, 'conversations.json'));
const app = appServer({ gatewayUrl: gateway.url, conversations, journal });
app.on('error', error => {
  console.error(`The page cannot be served: ${error.message}. Give another --port.`);
  process.exit(1);
});
await new Promise<void>(resolve =>
  app.listen(Number(options.port ?? (isPlay ? 0 : 4120)), '127.0.0.1', resolve),
);
const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}`;

async function end(): Promise<void> {
  app.close();
  app.closeAllConnections();
  await gateway.close(1000);
  await journal[Symbol.asyncDispose]();
  if (isPlay) rmSync(folder, { recursive: true, force: true });
}

const who = named.local ? local.modelId : 'extractive:reader, which is no language model';
console.log(`${articles.length} articles; local: ${who}; larger: ${cloud?.modelId ?? 'none'}`);
if (isPlay) {
  await play(url);
  await end();
} else {
  console.log(`Customers: ${url}\nStaff:     ${url}/staff\nWhat is kept lies in ${folder}.`);
  process.once('SIGINT', () => {
    console.log('\nConversations and thumbs are kept. Start it again to go on.');
    void end();
  });
}
