import { describe, expect, it } from 'vitest';
import { findPersonalData } from '../algorithms/text/personal-data.ts';
import { personalDataMasker } from './personal-data-masker.ts';

const left = (text: string, spans = findPersonalData(text)) =>
  spans.reduceRight((rest, { start, end }) => `${rest.slice(0, start)}█${rest.slice(end)}`, text);

describe('what is personal is found however it is written', () => {
  it.each([
    ['a sign of full width', 'Mail anna.weber＠example．org', 'weber'],
    ['marks that nobody sees', 'Mail an\u200bna@\u200bexample.org', 'na@'],
    ['an entity within an entity', 'anna.weber&amp;#64;example.org', 'weber'],
    ['percent signs of percent signs', 'anna.weber%2540example.org', 'weber'],
    ['an escape of JSON', '{"m":"anna.weber\\u0040example.org"}', 'weber'],
    ['a line break after the sign', 'Mail anna.weber@\nexample.org', 'weber'],
    ['decomposed letters', 'Mail jose\u0301.n@example.org', 'jose'],
    ['an apostrophe', "Mail o'brien.sean@example.org", "o'"],
    ['digits of another script', 'Tel ٠١٢٣٤٥٦٧٨٩', '٤'],
    ['narrow no-break spaces', '☎ +49\u202f30\u202f12345678', '12345678'],
    ['a card over a line break', 'card 4111 1111\n1111 1111', '1111'],
    ['a card parted by bars', 'card 4111|1111|1111|1111', '1111'],
    ['a card of odd groups', 'card 41 11 11 11 11 11 11 11', '11 11'],
    ['an account after an underscore', 'ref_DE89370400440532013000', '3704'],
    ['a key without its beginning', 'MIIEowIBAAKCAQEA7\n-----END RSA PRIVATE KEY-----', 'MIIE'],
    [
      'a key within JSON',
      '"-----BEGIN PRIVATE KEY-----\\nMIIabc\\n-----END PRIVATE KEY-----"',
      'MII',
    ],
    ['a password with a sign in an address', 'mysql://root:p@ss:word@localhost/db', 'word@'],
    ['a password that is told', 'Das Passwort lautet Sommer2024', 'Sommer'],
    ['a flag of a command', 'curl -u admin:S3cretPw https://x', 'S3cret'],
    ['an id beside a word in between', 'SSN for Anna is 123456789', '1234'],
    ['an account in odd groups', 'DE 89 37 04 00 44 05 32 01 30 00', '04 00'],
    ['a password in JSON within a text', '"{\\"password\\":\\"hunter2S3cret\\"}"', 'hunter2'],
    ['a password in an element', '<password>hunter2S3cret</password>', 'hunter2'],
    ['a number of two and eight', 'mobiel 06-12345678 of 03-1234-5678', '1234'],
    ['a Russian number', '8 (916) 123-45-67', '123'],
    ['a number in a link', 'https://wa.me/4915112345678', '4915'],
    ['a street that is shortened', 'C/ Mayor, 12', 'Mayor'],
    ['a field named in one word', '{"dateOfBirth":"1984-05-17"}', '1984'],
  ])('%s', (_name, text, secret) => {
    expect(left(text)).not.toContain(secret);
  });

  it.each([
    'lodash@4.17.21 and @types/node@22, see vue.js@latest',
    'git@github.com:acme/tools.git at version 1.2.3.4',
    'std::vector<a::b> at 12:34:56, 127.0.0.1:8080, 0.0.0.0',
    'const token = await issue(user1); password: string; key = tokens[0];',
    'f(x) = 3.1415926 x + 2.7182818, sin 045 + tan 12.345678',
    '2026-01-31T10:15:00.000Z INFO 1769854500000 took 1250 ms, id 3f2b8c1e-9a4d-4e5f-8b6a',
    'Invoice 2024-00123, customer 4711, total 1,250.00 EUR, due 31.01.2026',
    'RFC 9110, ISO 13616, Form 10-K, Item 7A, pages 12-14, String 12, Spring 2024',
    'commit 7afd0f1c9e8b7a6d5c4b3a29181706f5e4d3c2b1, sha256 of 1234567890123456',
  ])('and what is ordinary stays: %s', text => {
    expect(left(text)).toBe(text);
  });
});

describe('configured words', () => {
  const masker = personalDataMasker({
    words: ['Anna Weber', 'Müller', "O'Neil", '山田太郎', 'Acme'],
  });
  it.each([
    'Anna\nWeber',
    'anna\u00a0 weber',
    'Weber, Anna',
    'q=Anna+Weber',
    '**Anna** Weber',
    '<b>Anna</b> Weber',
    'ANNA WEBER',
    'Anna_Weber',
    'Mu\u0308ller',
    'Müllers',
    'O’Neil',
    'A\u00adcme',
    'Ａｃｍｅ',
    'An-\nna Weber',
    '昨日山田太郎は',
  ])('are found as people write them: %j', async text => {
    const found = await masker.find(`x ${text} y`);
    expect(found.map(({ kind }) => kind)).toContain('WORD');
  });

  it('are not found inside other words', async () => {
    expect(await masker.find('Acmeology, Hannah Webern, Muller')).toEqual([]);
  });

  it('are found by the thousand in time that grows with the text alone', async () => {
    const words = Array.from({ length: 5000 }, (_, n) => `name${n.toString(36)} of${n}`);
    const many = personalDataMasker({ words });
    const text = 'The quick brown fox and name1 of1 met. '.repeat(500);
    many.find('warm');
    const begun = process.threadCpuUsage();
    expect(await many.find(text)).toHaveLength(500);
    const { user } = process.threadCpuUsage(begun);
    expect(user / 1000).toBeLessThan(200);
  });
});
