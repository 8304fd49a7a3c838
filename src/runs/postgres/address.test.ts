import { describe, expect, it } from 'vitest';
import { withoutPassword } from '../engine/store-path.ts';
import { openSealed, openStore } from '../open-store.ts';
import { addressOf } from './address.ts';

const options = { patienceMs: 200 };

describe('the address of a store on Postgres', () => {
  it('says where it is, and how the connection is encrypted', () => {
    expect(addressOf('postgres://u:p%40@127.0.0.1:5599/db')).toMatchObject({
      shown: 'postgres://u@127.0.0.1:5599/db',
      ...{ host: '127.0.0.1', port: 5599, user: 'u', password: 'p@', database: 'db' },
      ...{ schema: 'tandem', place: 'device', ssl: false },
    });
    const elsewhere = addressOf('postgresql://u@db.lan/x?schema=other&connections=20');
    expect(elsewhere).toMatchObject({ place: 'network', schema: 'other', connections: 20 });
    expect(elsewhere.ssl).toEqual({ rejectUnauthorized: true });
    expect(addressOf('postgres://u@db/x?sslmode=disable')).toMatchObject({ ssl: false });
    expect(addressOf('postgres://u@db/x?sslmode=require').ssl).toEqual({
      rejectUnauthorized: false,
    });
    expect(addressOf('postgres://u@[::1]/x')).toMatchObject({ host: '::1', place: 'device' });
    expect(addressOf('postgres:///x?host=/var/run/postgresql').place).toBe('device');
  });

  const wrong = [
    ['postgres://u:secret#1@host/db', 'it is no URL'],
    ['postgres://u:secret%@host/db', 'it is no URL'],
    ['postgres://u:secret@host/db?schema=a"b', 'its schema is'],
    ['postgres://u:secret@host/db?sslmode=maybe', '`sslmode` is "maybe"'],
    ['postgres://u:secret@host/db?sslrootcert=/none.pem', 'certificate "/none.pem"'],
    ['postgres://u:secret@host/db?connections=0', '`connections` is 0'],
    ['postgres://host/db?password=secret', 'PGPASSWORD'],
    ['postgress://u:secret@host/db', 'No store is known'],
  ] as const;
  for (const [address, said] of wrong) {
    it(`is refused in one sentence without the password: ${said}`, () => {
      const open = () => openStore(address, options);
      expect(open).toThrow(said);
      expect(open).not.toThrow('secret');
    });
  }

  it('shows no password, whatever characters it has', () => {
    for (const password of ['secret', 'se@cr:et', 'a/b#c?d', 'x:y@z'])
      expect(withoutPassword(`postgres://u:${password}@host:1/db`)).toBe('postgres://u@host:1/db');
  });

  it('holds content elsewhere only sealed, and figures as they are', async () => {
    const address = 'postgres://u:secret@db.lan/x';
    expect(() => openSealed(address, options)).toThrow('TANDEM_JOURNAL_KEY');
    expect(() => openSealed(address, options)).not.toThrow('secret');
    for (const more of [{ key: 'k' }, { holdsContent: false }]) {
      const { store } = openSealed(address, { ...options, ...more });
      await store[Symbol.asyncDispose]();
    }
  });

  it('says that nothing answers there, and goes on for so long before', async () => {
    await using store = openStore('postgres://u:secret@127.0.0.1:1/x', options);
    const error = await store.show('r').then(
      () => undefined,
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({ code: 'store_busy' });
    expect(error?.message).toContain('postgres://u@127.0.0.1:1/x does not answer');
    expect(JSON.stringify([error?.message, error?.stack, String(error?.cause)])).not.toContain(
      'secret',
    );
  });
});
