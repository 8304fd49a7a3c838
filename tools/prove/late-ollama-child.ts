import { startServerDouble } from '../../src/testing/wire/wire-servers.ts';

/** `late-ollama-child.ts`: an Ollama that describes its models two seconds late; prints its URL. */
const double = await startServerDouble('ollama', {
  lookMs: path => (path === '/api/show' ? 2000 : 0),
});
process.stdout.write(`${double.url}\n`);
