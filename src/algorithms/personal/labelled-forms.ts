/** What stands beside a word that says what it is, whether it was validly issued or not. */
export interface LabelledForm {
  readonly kind: string;
  /** The words, as alternatives of a pattern, in letters of either case; a space may be missing. */
  readonly words: readonly string[];
  /** Words that count in capitals alone, since they mean something else in small letters. */
  readonly capitals?: readonly string[];
  /** What may stand there; every repetition in it has a bound. */
  readonly value: string;
  /** How many characters other than digits may stand between, or the pattern of what may. */
  readonly between: number | string;
  readonly leastDigits?: number;
}

const number = '(?: (?:no|number|nr|nummer))?';
const digits = (least: number, most: number) =>
  String.raw`\+?\(?\d(?:[\s()./_:,|*-]{0,3}\d){${least - 1},${most - 1}}(?!\d)`;
const id =
  String.raw`(?:[A-Z]{1,5}[ ./-]?)?(?:[A-Z]{0,3}\d[A-Z\d]{0,19})` +
  String.raw`(?:[ ./-][A-Z]{0,3}\d[A-Z\d]{0,11}){0,5}(?:[ -]?[A-Z]{1,2}(?![A-Za-z]))?`;
const month =
  String.raw`(?:[Jj]an|[Ff]eb|[Mm][aä]r|[Aa]pr|[Mm]a[iy]|[Jj]u[nl]|[Aa]ug|[Ss]ep|[Oo][ck]t` +
  String.raw`|[Nn]ov|[Dd]e[cz]|[Ff][ée]v|[Aa]vr|[Jj]ui|[Aa]oû|[Dd]éc|[Ee]ne|[Aa]br|` +
  String.raw`[Aa]go|[Dd]ic)\p{L}{0,7}`;
const date =
  String.raw`(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/. ]{1,2}\d{1,2}[-/. ]{1,2}\d{2,4}` +
  String.raw`|\d{1,2}(?:st|nd|rd|th|er|\.)? (?:of |de )?${month}\.?,? (?:de )?\d{2,4}` +
  String.raw`|${month}\.? \d{1,2}(?:st|nd|rd|th)?,? \d{4}|\d{8})(?!\d)`;
const place = String.raw`[-+]?\d{1,3}\.\d{4,15}°?(?: ?[NS])?`;
const places = String.raw`${place}[ ,;/]{1,3}[-+]?\d{1,3}\.\d{4,15}°?(?: ?[EWO])?`;

/** The words that say what stands beside them, by what is masked there. */
export const labelledForms: readonly LabelledForm[] = [
  {
    kind: 'PHONE',
    words: [
      String.raw`tel|t[ée]l[ée](?:phone)?|tel[ée]fon[eo]?|telefoonnummer|tele?fonnummer` +
        String.raw`|(?:tele)?phone${number}`,
      'mobile?(?: phone| number|nummer|telefon)?|handy(?:nummer)?|cell(?: ?phone|ular)?|cellulare',
      'fax|whatsapp|rufnummer|durchwahl|hotline|m[óo]vil|portable|celular|msisdn|sms|телефон|電話|电话',
    ],
    capitals: ['Phone(?:Number)?|Mobile(?:Number)?|Telephone|Telefon|Fax(?:Number)?'],
    value: digits(7, 15),
    between: 14,
  },
  {
    kind: 'PHONE',
    words: ['call|dial|phoned?|reach (?:me|him|her|us)|anrufen|appelez|llame'],
    value: String.raw`(?!1[5-9]\d{8}(?!\d))\+?\(?\d(?:[ ()./-]{0,2}\d){8,11}(?!\d)`,
    between: '(?: me| us| him| her)?(?: at| on)?:? ',
  },
  {
    kind: 'CARD',
    words: [
      `(?:credit|debit|payment|bank|charge)? ?card${number}`,
      `kreditkarten?(?:nummer)?|visa|master ?card`,
      'amex|american express|maestro|carte (?:bancaire|bleue|de cr[ée]dit)',
      'tarjeta|carta di credito',
    ],
    value: digits(12, 19),
    between: 14,
  },
  {
    kind: 'CARD',
    words: ['cvv2?|cvc2?|security code|pr[üu]fziffer'],
    value: String.raw`\d{3,4}(?![\d.])`,
    between: 4,
  },
  {
    kind: 'IBAN',
    words: [
      `iban|kontonummer|konto nr|bank ?account${number}|account (?:no|number|nr)|acct${number}`,
      'bankverbindung|compte bancaire|cuenta bancaria|numero di conto',
    ],
    value:
      String.raw`(?:[A-Za-z]{2}\d{2}(?:[ ./_-]{0,2}[A-Za-z\d]){8,30}|\d(?:[ -]?\d){5,17}` +
      String.raw`)(?!\d)`,
    between: 6,
  },
  {
    kind: 'IBAN',
    words: [`routing${number}|sort code|bankleitzahl|transit ${number}`],
    capitals: ['ABA|BLZ|BSB|IFSC'],
    value: String.raw`(?:[A-Z]{4}0[A-Z\d]{6}|\d(?:[ -]?\d){5,8})(?![\d.])`,
    between: 6,
  },
  {
    kind: 'ID',
    words: [
      `ssn|social security${number}|sozialversicherungs ?(?:nummer|nr)|sv nummer`,
      `rentenversicherungs ?nummer`,
      'steuer ?(?:id(?:entifikationsnummer)?|nummer|nr)|identifikationsnummer',
      `tax (?:id|payer id|file${number}|number|no)`,
      `taxpayer(?: identification)?${number}|tax identification${number}`,
      `national insurance${number}|ni (?:no|number)|nhs${number}`,
      `national (?:id|identity)(?: card)?${number}`,
      `identity card${number}|id card${number}`,
      `(?:personal)?ausweis ?(?:nummer|nr)?|carte d'identit[ée]`,
      's[ée]curit[ée] sociale|c[ée]dula|codice fiscale|c[óo]digo fiscal',
      'burgerservicenummer|pesel|cnpj|cpf',
      `aadh?aar${number}|pan (?:no|number|card)|personnummer|f[øo]dselsnummer`,
      `cpr nummer|henkil[öo]tunnus`,
      `rodn[ée] č[íi]slo|medicare${number}|medicaid${number}`,
      `medical record${number}|mrn|patient (?:id|no|number)`,
      'patienten ?(?:nummer|nr|id)',
      '(?:kranken)?versicherte?n?s?(?:ungs)? ?(?:nummer|nr)|matrikelnummer',
      `insurance (?:id|no|number|policy)${number}|policy (?:no|number)|member (?:id|no|number)`,
      'personal (?:id|identity|number|code)|resident id|personalnummer',
      'employee id|student id|voter id',
      'инн|снилс|паспорт|身份证号?|身分證|護照|护照号?|マイナンバー|주민등록번호|여권번호',
      `passport${number}|reisepass ?(?:nummer|nr)?|passnummer|passeport`,
      `pasaporte|passaporto|paspoort`,
      `driv(?:er'?s?|ing) licen[cs]e${number}|licen[cs]e plate|number plate`,
      `f[üu]hrerschein ?(?:nummer|nr)?`,
      'permis de conduire|kennzeichen|patente di guida|rijbewijs|green card',
    ],
    capitals: [
      'SSN|SIN|TIN|ITIN|TFN|NINO|NIN|DNI|NIE|NIF|CURP|RUT|CUIT|CUIL|BSN|NIP|AHV|HETU|CPR|CNP|EGN',
      'Ssn|Passport(?:Number|No)?|TaxId|NationalId|LicenseNumber|PatientId|MemberId',
      'AMKA|OIB|JMBG|EMSO|PAN|VIN|NPI|DEA|EPIC|INSEE|NIR|NIK|HKID|NRIC|FIN|ID number|ID No',
    ],
    value: id,
    between: 14,
    leastDigits: 4,
  },
  {
    kind: 'DATE',
    words: [
      String.raw`born(?: on)?|birth(?: ?da(?:te|y))?|date ?of ?birth|dob|d\.o\.b|gebore` +
        String.raw`n(?: am)?|geb`,
      'geburts(?:datum|tag)|n[ée]e?(?: le)?|naissance|nacid[oa]|nacimiento',
      'nat[oa]|nascita|nascimento',
      'geboortedatum|f[öo]delsedatum|生年月日|出生日期|дата рождения|urodzenia',
    ],
    value: date,
    between: 14,
  },
  {
    kind: 'PLACE',
    words: ['gps|coord(?:inate)?s?|koordinaten|location|geo ?location|standort|lives'],
    value: places,
    between: 10,
  },
  {
    kind: 'PLACE',
    words: ['at'],
    value: String.raw`[-+]?[1-9]\d{0,2}\.\d{5,15},? [-+]?[1-9]\d{0,2}\.\d{5,15}`,
    between: 2,
  },
  {
    kind: 'PLACE',
    words: ['lat(?:itude)?|long?(?:itude)?|lng|breitengrad|l[äa]ngengrad'],
    value: `(?:${places}|${place})`,
    between: 5,
  },
];
