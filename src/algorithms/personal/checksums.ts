/** Checks the digits of a payment card (Luhn, ISO/IEC 7812). */
export function isCard(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  return digits.length >= 12 && digits.length <= 19 && !/^(\d)\1+$/.test(digits) && isLuhn(digits);
}

/** Checks the last digit of a row of digits by Luhn's sum. */
export function isLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
    const value = index % 2 === 1 ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}

// Beginnings of the great issuers: Visa, Mastercard, American Express, Discover, JCB, Diners Club,
// UnionPay, Maestro, Mir.
const issued = new RegExp(
  String.raw`^(?:4\d{15}|4\d{18}|5[0-8]\d{14}|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[0` +
    String.raw`1]\d|2720)\d{12}` +
    String.raw`|3[47]\d{13}|3(?:6|8|9|0[0-5])\d{11,12}|35(?:2[89]|[3-8]\d)\d{12}` +
    String.raw`|6\d{15}|6\d{18}|220[0-4]\d{12}|9792\d{12})$`,
);

/** Tells whether digits are those of a card as it is issued: length, beginning and sum. */
export function isIssuedCard(digits: string): boolean {
  return issued.test(digits) && isCard(digits);
}

/** Checks an IBAN (ISO 13616: remainder 1 by 97), whatever parts its groups. */
export function isIban(text: string): boolean {
  const plain = text.replace(/[^A-Za-z0-9]/g, '').toUpperCase();
  if (plain.length < 15 || plain.length > 34) return false;
  let rest = 0;
  for (const letter of plain.slice(4) + plain.slice(0, 4)) {
    const value = Number.parseInt(letter, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** Checks a Spanish DNI or NIE by its letter. */
export function isSpanishId(text: string): boolean {
  const plain = text.replace(/[- .]/g, '').toUpperCase();
  const number = plain.slice(0, -1).replace(/^[XYZ]/, letter => String('XYZ'.indexOf(letter)));
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(number) % 23] === plain.at(-1);
}

/** Checks a French NIR by its key of two digits. */
export function isFrenchId(text: string): boolean {
  const plain = text.replace(/\W/g, '').replace(/2A/i, '19').replace(/2B/i, '18');
  return 97 - remainder(plain.slice(0, 13), 97) === Number(plain.slice(13));
}

/** Checks a German tax id (ISO 7064, MOD 11,10). */
export function isGermanTaxId(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  if (digits.length !== 11 || digits[0] === '0') return false;
  let product = 10;
  for (const digit of digits.slice(0, 10)) {
    const sum = (Number(digit) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === Number(digits[10]);
}

/** Checks a Brazilian CPF by its two last digits. */
export function isBrazilianId(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  const checkOf = (length: number) => {
    let sum = 0;
    for (let index = 0; index < length; index++)
      sum += Number(digits[index]) * (length + 1 - index);
    return ((sum * 10) % 11) % 10;
  };
  return (
    digits.length === 11 && checkOf(9) === Number(digits[9]) && checkOf(10) === Number(digits[10])
  );
}

/** Checks a Chinese resident id (GB 11643: ISO 7064, MOD 11-2). */
export function isChineseId(text: string): boolean {
  let sum = 0;
  for (let index = 0; index < 17; index++) sum += Number(text[index]) * (2 ** (17 - index) % 11);
  return '10X98765432'[sum % 11] === text[17]?.toUpperCase();
}

// Digit by digit: such numbers are longer than floating point holds.
function remainder(digits: string, by: number): number {
  let rest = 0;
  for (const digit of digits) rest = (rest * 10 + Number(digit)) % by;
  return rest;
}
