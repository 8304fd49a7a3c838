/** A text in which something personal stands. */
export interface PersonalCase {
  readonly kind: string;
  readonly text: string;
  /** What of it must not leave. */
  readonly secret: string;
}

const cases: Readonly<Record<string, readonly string[]>> = {
  EMAIL: [
    'write to anna.weber@example.org',
    'mailto:o.neil+x@mail.example.co.uk',
    'анна@пример.рф',
  ],
  PHONE: [
    'call +49 30 12345678',
    'Tel. 030/12345678',
    'Tel 06 12 34 56 78',
    'fax 1-415-555-0123',
    'mobile 0412 345 678',
    'phone: 4155550123',
    '+91 98765 43210',
  ],
  CARD: ['card 4111 1111 1111 1111', 'visa 5500-0000-0000-0004', 'amex 3782 822463 10005'],
  IBAN: ['IBAN DE89 3704 0044 0532 0130 00', 'pay GB29NWBK60161331926819', 'CH9300762011623852957'],
  ID: [
    'SSN 123-45-6789',
    'SSN: 987-65-4321',
    'passport C01X00T47',
    'Steuer-ID 86 095 742 719',
    'DNI 12345678Z',
    'CPF 123.456.789-09',
    'NHS number 943 476 5919',
    'driving licence D1234567',
  ],
  DATE: ['born 1984-05-17', 'geboren am 17.05.1984', 'DOB: 05/17/1984'],
  IP: ['host 192.168.10.254', 'host 2001:db8:85a3::8a2e:370:7334', 'mac 00:1A:2B:3C:4D:5E'],
  KEY: [
    'key sk-proj-abcdefghijklmnopqrstuvwxyz0123456789',
    'key AKIAIOSFODNN7EXAMPLE',
    'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    'ghp_abcdefghijklmnopqrstuvwxyz0123456789',
    'npm_abcdefghijklmnopqrstuvwxyz0123456789',
    'hf_abcdefghijklmnopqrstuvwxyzABCDEFGH',
    'tdm_abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    'AZURE_API_KEY=0123456789abcdef0123456789abcdef',
    'postgres://admin:S3cretPass@db',
    'password: hunter2-S3cret!',
    'Authorization: Bearer abcdefghijklmnop1234',
    'token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abcdefghijkl',
  ],
};

/** Values of every kind that is masked. A kind without one fails the table of docs. */
export const personalCases: readonly PersonalCase[] = Object.entries(cases).flatMap(
  ([kind, texts]) => texts.map(text => ({ kind, text, secret: secretIn(text) })),
);

// The tail of a value is what careless detectors leave.
function secretIn(text: string): string {
  return text.slice(-6);
}

type Spell = (text: string, secret: string) => { text: string; secret: string };

const each =
  (change: (text: string) => string): Spell =>
  (text, secret) => ({ text: change(text), secret: change(secret) });

/** The ways in which a value may be written. */
export const spellings: Readonly<Record<string, Spell>> = {
  plain: each(text => text),
  'full width digits': each(text =>
    text.replace(/\d/g, digit => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)),
  ),
  'no-break spaces': each(text => text.replaceAll(' ', '\u00a0')),
  'narrow spaces': each(text => text.replaceAll(' ', '\u202f')),
  'other dashes': each(text => text.replaceAll('-', '\u2011')),
  'marks that nobody sees': each(text => text.replace(/(\w)(\w\w)/g, '$1\u200b$2')),
  'soft hyphens': each(text => text.replace(/(\w\w)(\w)/g, '$1\u00ad$2')),
  'an entity for the sign': each(text => text.replaceAll('@', '&#64;')),
  'a percent sign for the sign': each(text => text.replaceAll('@', '%40')),
  'an escape of JSON for the sign': each(text => text.replaceAll('@', '\\u0040')),
};
