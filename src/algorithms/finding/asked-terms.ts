import { contentTerms } from '../text/terms.ts';

/** The terms that a question asks for, and how a text may say them. */
export interface AskedTerms {
  readonly terms: readonly string[];
  /** Position of the asked term that a term of the text is, inflected or in a compound. */
  indexOf(term: string): number | undefined;
}

// Words of questions and grammar in the larger languages of the European Union. What a question of
// one language drops may be a content word of another, so that each is used alone.
const functionWords: Readonly<Record<string, ReadonlySet<string>>> = {
  de: words(
    'der die das den dem des ein eine einer einem einen eines und oder ist sind war ' +
      'waren wird werden wurde wurden hat haben hatte wie was wer wem wen wo wann warum ' +
      'wieso weshalb welche welcher welches welchen welchem viel viele hoch lange oft in ' +
      'im an am auf aus bei beim mit nach von vom vor zu zum zur für über unter um durch ' +
      'gegen ohne es er sie wir ihr ich sich nicht kein keine dass daß als auch noch nur ' +
      'sehr kann können muss müssen soll darf gibt es laut gilt bis seit pro',
  ),
  fr: words(
    'le la les un une des de du d l au aux et ou est sont était a ont avait être avoir ' +
      'que qui quoi qu quel quelle quels quelles quand où comment pourquoi combien dans ' +
      'en sur sous par pour avec sans ce cette ces cet il elle ils elles on nous vous je ' +
      'se s ne n pas y t c à son sa ses leur leurs plus selon entre',
  ),
  es: words(
    'el la los las un una unos unas de del al y o es son fue era fueron ha han que qué ' +
      'quién quiénes cuál cuáles cuándo dónde cómo cuánto cuánta cuántos cuántas en por ' +
      'para con sin sobre entre su sus se lo le les no más hay está están este esta estos ' +
      'según',
  ),
  it: words(
    'il lo la i gli le un uno una di del della dei degli delle dello al alla ai alle e ' +
      'o è sono era ha hanno che chi cosa quale quali quando dove come perché quanto ' +
      'quanta quanti quante in nel nella nei nelle su sul sulla per con senza tra fra si ' +
      'non più questo questa dell l d',
  ),
  pt: words(
    'o a os as um uma uns umas de do da dos das em no na nos nas ao à aos e ou é são ' +
      'foi era tem têm que quem qual quais quando onde como porque quanto quanta quantos ' +
      'quantas por para com sem sobre entre se não mais este esta seu sua pelo pela',
  ),
  nl: words(
    'de het een en of is zijn was waren wordt worden heeft hebben wat wie waar wanneer ' +
      'waarom hoe welke welk hoeveel in op aan bij met van voor naar uit om door tegen ' +
      'zonder over onder te er niet geen dat die dit deze als ook nog',
  ),
  pl: words(
    'i w we z ze na do od po za o u przez dla przy nad pod jest są był była było były ' +
      'ma mają co kto kiedy gdzie jak dlaczego ile jaki jaka jakie który która które czy ' +
      'się nie to ten ta te tego tej oraz lub',
  ),
  sv: words(
    'en ett den det de och eller är var har hade vad vem när var varför hur vilken ' +
      'vilket vilka i på av för med till från om vid under över som att inte sig ska kan ' +
      'många mycket',
  ),
};
const english = words(
  'the a an of is are was were what who when where why how which does do did in on at to for ' +
    'from by with and or that this it be has have',
);

/**
 * Takes the terms out of a question. Where it is not in English, words of its own language that ask
 * or bind count for nothing, and inflected forms and compounds meet: `Verträge` and `Vertrag`,
 * `Laufzeit` and `Vertragslaufzeit`.
 */
export function askedTerms(given: string): AskedTerms {
  const question = questionIn(given);
  const language = languageOf(question);
  const own = language === undefined ? undefined : functionWords[language];
  const asked = withoutReferences(question);
  const kept = own
    ? asked.replace(/[\p{L}\p{M}]+/gu, word => (own.has(word.toLowerCase()) ? ' ' : word))
    : asked;
  const found = [...new Set(contentTerms(kept))];
  const terms = found.length > 0 ? found : [...new Set(contentTerms(question))];
  const exact = new Map(terms.map((term, index) => [term, index]));
  if (!own) return { terms, indexOf: term => exact.get(term) };
  const known = new Map<string, number | undefined>(exact);
  return {
    terms,
    indexOf(term) {
      if (known.has(term)) return known.get(term);
      const at = terms.findIndex(each => isForm(each, term));
      known.set(term, at < 0 ? undefined : at);
      return known.get(term);
    },
  };
}

const longestQuestion = 4000;

const longestAsked = 600;

/**
 * What of a question is looked for: all of it, or so many characters. What is longer was pasted,
 * with the question in a paragraph before it or behind it; where there is none, both ends count.
 */
export function questionIn(given: string, most = longestQuestion): string {
  if (given.length <= most) return given;
  const [head, tail] = [given.slice(0, most / 2), given.slice(-most / 2)];
  const asked = [head.split(/\n[ \t]*\r?\n/, 1)[0]!, tail.split(/\n[ \t]*\r?\n/).at(-1)!];
  const short = asked.map(part => part.trim()).filter(part => part.length <= longestAsked && part);
  if (short.length > 0) return short.join('\n');
  return `${head}\n${tail}`;
}

const reference = new RegExp(
  String.raw`\b(?:clause|section|article|paragraph|point|item|rule|ziffer|klausel|abschnitt` +
    String.raw`|artikel)\s+(?=\d)`,
  'gi',
);

// "What does clause 2.1 say?": the number is what is asked for.
function withoutReferences(question: string): string {
  return question.replace(reference, ' ');
}

function languageOf(question: string): string | undefined {
  const asked = question.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? [];
  const count = (own: ReadonlySet<string>) => asked.filter(word => own.has(word)).length;
  let best: { language: string; count: number } | undefined;
  for (const [language, own] of Object.entries(functionWords)) {
    const found = count(own);
    if (found > (best?.count ?? 0)) best = { language, count: found };
  }
  return best && best.count > count(english) ? best.language : undefined;
}

const shortest = 5;
const longestEnding = 3;

// One stem with other endings, or a part of a compound.
function isForm(asked: string, term: string): boolean {
  if (asked.length < shortest || term.length < shortest || /\d/.test(asked)) return false;
  let same = 0;
  while (same < asked.length && asked[same] === term[same]) same++;
  const longest = Math.max(asked.length, term.length);
  const isStem = same >= shortest - 1 && same * 4 >= longest * 3;
  if (isStem && longest - same <= longestEnding) return true;
  return asked.length >= 6 && term.length >= 6 && (term.includes(asked) || asked.includes(term));
}

function words(list: string): ReadonlySet<string> {
  return new Set(list.split(' '));
}
