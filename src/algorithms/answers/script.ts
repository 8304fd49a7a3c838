const scripts = [
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/gu,
  /\p{Script=Cyrillic}/gu,
  /\p{Script=Arabic}/gu,
  /\p{Script=Hebrew}/gu,
  /\p{Script=Greek}/gu,
  /\p{Script=Devanagari}|\p{Script=Bengali}|\p{Script=Tamil}|\p{Script=Telugu}/gu,
  /\p{Script=Thai}/gu,
];
const languages = new RegExp(
  // A country is named for many other reasons than its language.
  'translat|übersetz|tradu|chines|chinois|cinese|japan(?:es|isch)|japon[aeé]|giappones|korean' +
    '|coré?en|coreano|russian|russisch|russ[eo]|ruso|arabi|hebr|greek|griech|grec|grieg|hindi' +
    '|bengal|tamil|telugu|thai|ukrainian|ukrainisch|bulgar|serbi|mandarin' +
    '|kanji|hiragana|katakana|hangul|cyrillic|kyrill|persian|farsi|urdu|called in|locals' +
    '|script|alphabet|symbol|unicode|emoji|language|sprache|langue|idioma' +
    '|lingua|língua|write .{1,30} in |original',
  'i',
);

/** Tells whether a request speaks of a language or a script. */
export function namesLanguage(asked: string): boolean {
  return languages.test(asked) || latin.test(asked);
}

const latin = new RegExp(
  'german(?!y)|deutsch(?!land)|engl(?:ish|isch)|anglais|ingl[eé]s|french|französ|franc[eé]s' +
    '|français' +
    '|spanish|spanisch|español|espagnol|spagnol|italian|italienisch|portugu[eê]' +
    '|portugiesisch|dutch' +
    '|nederlands|latin(?! america)|latein',
  'i',
);

/**
 * Tells whether a text is written in another script than a request in Latin letters that speaks of
 * no other language.
 */
export function isOtherScript(text: string, request: string): boolean {
  const sample = text.slice(0, 4000);
  const asked = request.slice(-8000);
  const letters = sample.match(/\p{L}/gu)?.length ?? 0;
  if (isLatinInstead(sample, asked)) return true;
  const least = /[\p{Script=Han}\p{Script=Hangul}]/u.test(sample) ? 2 : 4;
  if (letters < least || languages.test(asked)) return false;
  return scripts.some(script => {
    const found = sample.match(script)?.length ?? 0;
    // Half of it, or a sentence in it to which a model has switched.
    return (
      (found * 2 > letters || (found >= 12 && found * 4 > letters)) &&
      (asked.match(script)?.length ?? 0) === 0
    );
  });
}

// A sentence in Latin letters, to a question that has none.
function isLatinInstead(said: string, asked: string): boolean {
  const isSentence = /^\p{Script=Latin}+(?: [\p{Script=Latin}'’-]+){4}/u.test(said);
  if (!isSentence || !/\b(?:is|are|the|of|und|ist|les|est|el|los)\b/.test(said)) return false;
  return !/\p{Script=Latin}/u.test(asked) && /\p{L}{2}/u.test(asked) && !ofLanguages.test(asked);
}

const ofLanguages =
  /[语語文译訳]|영어|번역|англ|немец|франц|испан|перевед|язык|إنجليزي|ترجم|अंग्रेज|अनुवाद/i;
