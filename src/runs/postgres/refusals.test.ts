import { createServer, type Socket } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { openStore } from '../open-store.ts';
import { requireOwn } from './schema.ts';
import { administer, dropSchemas, freshAddress, testAuthority, testServer } from './test-server.ts';

const options = { patienceMs: 300 };

function errorOf(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  return promise.then(
    () => expect.fail('it was not refused'),
    (error: Error) => error,
  );
}

/** A server that asks for a password in clear, remembers it, and refuses it. */
async function asksForPassword() {
  const heard: string[] = [];
  const server = createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', () => {
      socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
      socket.once('data', data => {
        heard.push(data.subarray(5, -1).toString());
        const fields = 'SFATAL\0C28P01\0Mpassword authentication failed for user "u"\0\0';
        const head = Buffer.alloc(5);
        head.write('E');
        head.writeInt32BE(4 + fields.length, 1);
        socket.end(Buffer.concat([head, Buffer.from(fields)]));
      });
    });
  });
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  return { heard, port, close: () => server.close() };
}

describe('a store on Postgres that cannot be used', () => {
  it('asks for its password anew for each connection, and names it in no error', async () => {
    const server = await asksForPassword();
    let count = 0;
    const password = async () => `token-${++count}`;
    const address = `postgres://u:unused@127.0.0.1:${server.port}/db`;
    await using store = openStore(address, { ...options, password });
    await using again = openStore(address, { ...options, password });
    const errors = [await errorOf(store.balance('a')), await errorOf(again.balance('a'))];
    server.close();
    expect(server.heard).toEqual(['token-1', 'token-2']);
    for (const error of errors) {
      expect(error).toMatchObject({ code: 'journal_failed' });
      expect(error.message).toContain('password authentication failed');
      expect(error.message).toContain('PGPASSWORD');
      expect(`${error.stack} ${error.cause}`).not.toMatch(/token-|unused/);
    }
  });

  it('waits for a password that takes longer than a connection may', async () => {
    const server = await asksForPassword();
    const password = async () => {
      await new Promise(resolve => setTimeout(resolve, 1500));
      return 'token';
    };
    const address = `postgres://u@127.0.0.1:${server.port}/db`;
    await using store = openStore(address, { patienceMs: 100, password });
    const error = await errorOf(store.balance('a'));
    server.close();
    expect([server.heard, error.code]).toEqual([['token'], 'journal_failed']);
  });

  it('is too old', async () => {
    const found = { server: 120_019, tables: 0, hasVersion: false };
    const refused = await errorOf(requireOwn('postgres://h/d', 'tandem', found, async () => 0));
    expect(refused.message).toContain('is on Postgres 12, which is too old');
  });
});

const made: string[] = [];
afterAll(() => dropSchemas(made), 60_000);

describe.skipIf(!testServer)('a store on Postgres', () => {
  const fresh = () => {
    const address = freshAddress(testServer!);
    made.push(address);
    return { address, schema: new URL(address).searchParams.get('schema')! };
  };
  const tablesOf = async (schema: string) => {
    const rows = await administer(
      testServer!,
      `select table_name as name from information_schema.tables where table_schema = '${schema}'`,
    );
    return (rows as { name: string }[]).map(({ name }) => name).toSorted();
  };

  it('leaves a schema alone whose tables are not its own', async () => {
    const { address, schema } = fresh();
    await administer(testServer!, `create schema ${schema}`, `create table ${schema}.run(id text)`);
    await using store = openStore(address, options);
    const error = await errorOf(store.show('r'));
    expect(error).toMatchObject({ code: 'journal_failed' });
    expect(error.message).toContain('holds 1 tables that Tandem has not made');
    expect(await tablesOf(schema)).toEqual(['run']);
  });

  it('leaves a store of a newer program alone', async () => {
    const { address, schema } = fresh();
    const before = openStore(address, options);
    await before.flush();
    await before[Symbol.asyncDispose]();
    await administer(testServer!, `update ${schema}.version set number = 99`);
    await using store = openStore(address, options);
    const error = await errorOf(store.show('r'));
    expect(error.message).toContain('is of version 99, this program knows');
    const [row] = await administer(testServer!, `select number from ${schema}.version`);
    expect(row).toEqual({ number: 99 });
  });

  it('says what a user lacks who may not make its tables, and changes nothing', async () => {
    const { address, schema } = fresh();
    const user = `u${schema}`;
    await administer(testServer!, `create role ${user} login`);
    const url = new URL(address);
    url.username = user;
    await using store = openStore(url.href, options);
    const error = await errorOf(store.show('r'));
    await store[Symbol.asyncDispose]();
    expect(error).toMatchObject({ code: 'journal_failed' });
    expect(error.message).toContain('permission denied');
    expect(error.message).toContain('grant this user the right');
    expect(await tablesOf(schema)).toEqual([]);
    await administer(testServer!, `drop role ${user}`);
  });

  it.skipIf(!testAuthority)('is proven to be the one by its certificate', async () => {
    const { address } = fresh();
    const url = new URL(address);
    url.hostname = 'localhost';
    url.searchParams.set('sslmode', 'verify-full');
    await using unproven = openStore(url.href, options);
    const error = await errorOf(unproven.show('r'));
    expect(error.message).toContain('Name the certificate of its issuer by `?sslrootcert=FILE`');
    url.searchParams.set('sslrootcert', testAuthority!);
    await using proven = openStore(url.href, options);
    expect(await proven.show('r')).toBeUndefined();
    url.hostname = '127.0.0.1';
    await using another = openStore(url.href, options);
    expect((await errorOf(another.show('r'))).message).toMatch(/altnames/);
  });

  it('is made once by many that begin at the same moment', async () => {
    const { address } = fresh();
    const stores = Array.from({ length: 6 }, () => openStore(address, { patienceMs: 5000 }));
    await Promise.all(stores.map(store => store.balance('a')));
    for (const store of stores) await store[Symbol.asyncDispose]();
  });

  it('gives up on a connection that is silent, and goes on when it speaks again', async () => {
    const { address } = fresh();
    const url = new URL(address);
    const port = Number(url.port);
    let isSilent = false;
    const sockets = new Set<Socket>();
    const proxy = createServer(client => {
      const { connect } = process.getBuiltinModule('node:net');
      const server = connect(port, url.hostname);
      for (const [from, to] of [[client, server] as const, [server, client] as const]) {
        sockets.add(from);
        from.on('data', data => void (!isSilent && to.write(data)));
        from.on('error', () => {});
        from.on('close', () => to.destroy());
      }
    });
    await new Promise<void>(done => proxy.listen(0, '127.0.0.1', done));
    url.port = String((proxy.address() as { port: number }).port);
    await using store = openStore(url.href, options);
    expect(await store.show('r')).toBeUndefined();
    isSilent = true;
    const begunMs = performance.now();
    expect(await errorOf(store.balance('a'))).toMatchObject({ code: 'store_busy' });
    expect(performance.now() - begunMs).toBeLessThan(6000);
    isSilent = false;
    expect((await store.balance('a')).spent.usd).toBe(0);
    proxy.close();
    await store[Symbol.asyncDispose]();
    for (const socket of sockets) socket.destroy();
  }, 20_000);
});
