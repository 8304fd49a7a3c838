import { describe, expect, it } from 'vitest';
import { findPersonalData } from './personal-data.ts';

const kindsIn = (text: string) =>
  findPersonalData(text).map(({ start, end, kind }) => `${kind} ${text.slice(start, end)}`);

describe('findPersonalData', () => {
  it.each([
    [
      'write to jürgen.o-brien+x@mail.example.co.uk today',
      ['EMAIL jürgen.o-brien+x@mail.example.co.uk'],
    ],
    ['card 4111 1111 1111 1111, please', ['CARD 4111 1111 1111 1111']],
    ['4111 1111 1111 1112 is no card', []],
    ['a card 4111 1111 1111 1112 that was never issued', ['CARD 4111 1111 1111 1112']],
    ['card 4111 1111 1111 1111 12/27 123', ['CARD 4111 1111 1111 1111']],
    ['card-4111111111111111-', ['CARD 4111111111111111']],
    ['12 4111-1111-1111-1111 7', ['CARD 4111-1111-1111-1111']],
    ['IBAN DE89 3704 0044 0532 0130 00 1234 5678', ['IBAN DE89 3704 0044 0532 0130 00']],
    ['IBAN DE89 3704 0044 0532 0130 00.', ['IBAN DE89 3704 0044 0532 0130 00']],
    ['DE89 3704 0044 0532 0130 03 is no account', []],
    ['IBAN DE89 3704 0044 0532 0130 03.', ['IBAN DE89 3704 0044 0532 0130 03']],
    ['GB82WEST12345698765432', ['IBAN GB82WEST12345698765432']],
    [
      'call +49 (0)30 123456-78 or (030) 1234567',
      ['PHONE +49 (0)30 123456-78', 'PHONE (030) 1234567'],
    ],
    ['call 555-123-4567 now', ['PHONE 555-123-4567']],
    ['SSN 123-45-6789, and 000-12-3456', ['ID 123-45-6789', 'ID 000-12-3456']],
    ['DNI 12345678Z, order 12345678A', ['ID 12345678Z']],
    ['NI number AB 12 34 56 C', ['ID AB 12 34 56 C']],
    ['host 192.168.10.254, version 1.2.3, not 999.1.1.1', ['IP 192.168.10.254']],
    [
      'live at 221 Baker Street or 10 Old Mill Road, London',
      ['ADDRESS 221 Baker Street', 'ADDRESS 10 Old Mill Road'],
    ],
    ['wohnt Lindenstraße 12a und Am Hof', ['ADDRESS Lindenstraße 12a']],
    ['au 12 rue de la Paix', ['ADDRESS 12 rue de la Paix']],
    ['key sk-proj-abcdEFGH1234567890abcd', ['KEY sk-proj-abcdEFGH1234567890abcd']],
    ['pass=\npassword: hunter2-S3cret!', ['KEY hunter2-S3cret']],
    ['token: password: hunter2-S3', ['KEY hunter2-S3']],
    ['AKIAIOSFODNN7EXAMPLE', ['KEY AKIAIOSFODNN7EXAMPLE']],
    [
      'eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.abcdefghij',
      ['TOKEN eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.abcdefghij'],
    ],
    [
      '-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----',
      ['KEY -----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----'],
    ],
    ['order 1234567890123 of 2026-01-31 at 10:15 for 1,250.00', []],
    ['The year 2025 was 3.5 % better than 2024; see pages 12-14.', []],
  ])('finds what is personal in %j', (text, expected) => {
    expect(kindsIn(text)).toEqual(expected);
  });

  it('takes no time to speak of for a long text', () => {
    const text = 'a.b@c 12 34 56 78 90 -- +1 (2) eyJ 0 '.repeat(3000);
    const begun = performance.now();
    findPersonalData(text);
    expect(performance.now() - begun).toBeLessThan(500);
  });
});
