import { describe, expect, it } from 'vitest';
import { trialOf } from './trial.ts';

/**
 * Asks a server of OpenAI's protocol by the spec of a new row, and looks for it as discovery and
 * roles do.
 */
const asking = `
import { createServer } from 'node:http';
import { discoverServers, rolesFromEnvironment } from './src/entries/backends.ts';
import { model, textOf, userCall } from './src/index.ts';
const answer = { choices: [{ message: { content: 'here' } }] };
const server = createServer((request, response) =>
  response.end(JSON.stringify(request.url === '/v1/models' ? { data: [{ id: 'm' }] } : answer)));
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve));
const url = 'http://127.0.0.1:' + server.address().port;
const env = { MISTRAL_RS_ENDPOINT: url, SLM_BACKEND: 'mistral-rs', MISTRAL_RS_SLM_MODEL: 'm' };
const { spec, settings } = rolesFromEnvironment(env).local;
const servers = await discoverServers({ env, limitMs: 20_000 });
const found = servers.find(({ scheme }) => scheme === 'mistral-rs');
console.log(spec, found.state, textOf(await model(spec, settings).doGenerate(userCall('hi'))));
server.closeAllConnections();
server.close();
`;

describe('new-backend', () => {
  it('adds a server that speaks OpenAI’s protocol as one row, which is found and answers', {
    timeout: 60_000,
  }, () => {
    using trial = trialOf('new-backend.ts', 'mistral-rs', '--openai');
    expect(trial.created).toEqual([]);
    expect(Object.keys(trial.added)).toEqual(['src/backends/local-servers/local-servers.ts']);
    const [rows] = Object.values(trial.added);
    expect(rows?.filter(line => line.includes('name: '))).toEqual(["    name: 'mistral-rs',"]);
    expect(trial.removed).toBe(0);
    trial.typecheck();
    expect(trial.run('node', '--input-type=module', '--eval', asking)).toBe(
      'mistral-rs:m running here\n',
    );
  });

  it('adds a protocol of its own as two files and a line, which its test accepts as it is', {
    timeout: 60_000,
  }, () => {
    using trial = trialOf('new-backend.ts', 'mistral-rs');
    expect(trial.created).toEqual([
      'src/backends/mistral-rs/mistral-rs.test.ts',
      'src/backends/mistral-rs/mistral-rs.ts',
    ]);
    expect(trial.added).toEqual({
      'src/backends/backends.ts': [
        "import { mistralRsBackend } from './mistral-rs/mistral-rs.ts';",
        '  mistralRsBackend,',
      ],
    });
    expect(trial.removed).toBe(0);
    trial.typecheck();
    trial.run('biome', 'check', 'src/backends/mistral-rs', 'src/backends/backends.ts');
    expect(trial.run('vitest', 'run', 'src/backends/mistral-rs')).toMatch(/2 passed/);
  });
});
