import type { Phrase } from './non-answer-phrases.ts';

/** Requests for a text in which such a phrase is what was wanted. */
export const composing = new RegExp(
  String.raw`\b(?:translat|übersetz|tradu|rephras|rewrit|paraphras|quot|zitier` +
    '|dialog|story|geschichte|poem|lyrics|letter|e-?mail|brief|script' +
    '|role-?play|pretend|example sentence|complete the|continue|say|reply as' +
    '|means?|meaning|bedeutet|write (?:an? |me )?(?:\\w+ )?(?:text|note|notice|post|tweet|line)' +
    '|(?:how|what) (?:do|would|can|should) (?:i|you|one|we)' +
    ' (?:say|tell|ask|put|write|answer|reply|respond|express|call)|another way|synonym|polite' +
    "|(?<!(?:my|the|these|this|his|her|whose|['s]) )message|apolog|declin|refus|reject|reply" +
    '|respond to|sentence|excuse|conjug|confirm|song' +
    '|greeting|voicemail|disclaimer|ursäkt|entschuldig|disculpa|excus|scusar|desculp|извин' +
    '|przepros' +
    String.raw`|wie (?:sag|schreib|formulier|antwort|frag|lehn)\p{L}{0,6} (?:ich|man|wir)|как по-` +
    String.raw`|comment (?:dire|refuser|répondre)|cómo (?:digo|decir)|come dire|como dizer` +
    String.raw`|\b(?:satz|phrase|frase|zin) (?:mit|avec|con|com|met)\b` +
    '|verse|joke|riddle|slogan|caption|instruction|proverb|saying|lines? (?:of|for)|idiom' +
    String.raw`|come si (?:dice|scrive)|cosa significa|qué significa|cómo se (?:dice|escribe)` +
    String.raw`|como se (?:diz|escreve)|o que significa|(?:que|comment) (?:signifie|dit-on` +
    String.raw`|veut dire)` +
    String.raw`|wie (?:sagt|heißt|lautet)(?: man)? ["'“„«]|hoe zeg je|wat betekent` +
    String.raw`|jak (?:powiedzieć|się mówi)` +
    String.raw`|co znaczy|hur säger man|nasıl (?:denir|söylenir))` +
    '|怎么说|怎麼說|什么意思|是什么意思|翻译|何と言い|何といい|意味|訳して|英語に|英文に|日本語に|中国語に|英訳|무슨 뜻' +
    '|(?:영어|한국어|일본어)로|как (?:сказать|переводится|будет)|что (?:значит|означает)|ما معنى' +
    '|كيف (?:نقول|تقول)',
  'iu',
);
const speaksOfItself = new RegExp(
  String.raw`\b(?:as an? (?:ai|artificial|large language|language) ?` +
    '|ai (?:language )?(?:model|assistant)|real[- ]?time|als ki|sprachmodell' +
    '|modèle de langage|modelo de lenguaje|modello linguistic' +
    '|modelo de linguagem)',
  'i',
);
const conditional = /\b(?:if|when|unless|wenn|falls|si|se|quando|cuando)\b[^.\n]{0,60}$/i;

/** Requests that a courtesy alone answers: yes or no, a greeting, a text of one. */
export const wantsCourtesy = new RegExp(
  String.raw`(?:^|[.!?\n]\s*)(?:is|are|am|can|could|may|might|do|does|did|will|would|should|shall` +
    String.raw`|has|have|had|was|were|ist|sind|kann|darf|est-ce|peut|puedo|es|posso|hi|hello|hey` +
    String.raw`|hallo|bonjour|hola|ciao|olá|thank|ok)\b|\byes or no\b|\bsure\b` +
    String.raw`|\b(?:what|how) (?:can|could|do|will) you\b|\b(?:status|word|term` +
    String.raw`|mean)\b`,
  'iu',
);

/** Requests that are about whoever answers. */
export const isOfSpeaker = new RegExp(
  String.raw`\b(?:(?:what|who|how) are you|your name|about you|yourself|bist du|sind sie|es-tu` +
    String.raw`|êtes-vous|eres|quién es|chi sei|quem é` +
    String.raw`|(?:are|were) you an?|(?:do|can) you (?:ever |really |also )?(?:feel|dream` +
    String.raw`|sleep|eat` +
    String.raw`|see|hear|think|learn|remember|browse|access|speak|have (?:an? |any )?(?:feelings?` +
    String.raw`|emotions?|opinions?|body|soul|mind|memor|preferences?|consciousness|friends` +
    String.raw`|family))` +
    String.raw`|(?:puedes|kannst du|peux-tu|puoi|consegues?|pode) (?:ver|sehen|voir|vedere` +
    String.raw`|bilder)` +
    String.raw`|hast du|as-tu|tienes|come ti chiami)\b|^(?:你是|你有|あなたは)`,
  'iu',
);

const allowsNone =
  /\b(?:which|any|value|exist|return|output|json|list|how many|who|what is left)\b/i;
const allowsUnknown = new RegExp(
  String.raw`\b(?:javascript|js|python|code|http|typeof|error|means?|indicates?|word|status` +
    String.raw`|prints?` +
    '|fill|column|field|output|nan|text|passage|document|author|abbreviat|category|stand for)',
  'i',
);

/** Tells whether a request may be answered by "unknown" or "none". */
export function mayBeNothing(said: string, asked: string): boolean {
  const word = lettersOf(said);
  if (lettersOf(asked).includes(word) || composing.test(asked)) return true;
  if (!/^(?:none|null|nil|undefined|없음|nothing)/.test(word)) return allowsUnknown.test(asked);
  return allowsNone.test(asked) && !/^what is the\b/i.test(asked);
}

/** Tells whether a request asks for such a phrase. */
export function isWanted({ kind, anywhere }: Phrase, opening: string, asked: string): boolean {
  if (kind === 'asking back' || kind === 'echo') return wantsQuestions(asked);
  if (speaksOfItself.test(opening)) return false;
  if (kind === 'no access' && /error|\bhttp|status|\b[45]\d\d\b/i.test(asked)) return true;
  const named = anywhere.exec(asked);
  // "If you don't know, say so" is no request for these words.
  if (named && !conditional.test(asked.slice(Math.max(0, named.index - 80), named.index)))
    return true;
  const isForModel =
    (kind === 'refusal' || kind === 'no access') &&
    !new RegExp(
      String.raw`\b(?:declin|refus|reject|apolog|unable|den(?:y|ies)|absag|ablehn` +
        '|refuser|rechaz|rifiut|recus)',
      'i',
    ).test(asked);
  return composing.test(asked) && !isForModel;
}

const questionWords = new RegExp(
  String.raw`\b(?:ask|say|question|quiz|interview|survey|clarif|greet|welcome|chatbot|intent` +
    '|frage|fragt' +
    '|pregunt|domand|pergunt|demand|summari[sz]|rewrit|rephras|paraphras|translat|übersetz' +
    '|tradu|e-?mail|letter|message|dialog|script|reply|polite|template|form|(?:hi|hello' +
    String.raw`|hey|hallo|bonjour|hola|ciao|olá|fill)\b|lines? (?:of|for))`,
  'i',
);

/** Tells whether a question may be the answer to a request. */
export function wantsQuestions(asked: string): boolean {
  return questionWords.test(asked);
}

/** Requests for a text that they hold themselves. */
export const copies = new RegExp(
  String.raw`\b(?:repeat|copy|quote|extract|correct|fix|proofread|spell|translat` +
    '|übersetz|tradu|rewrit|rephras|paraphras|format|convert' +
    '|which (?:sentence|line|question)|wiederhol|korrigier|corrig|répèt' +
    '|repit|copia|ripet|anonymi|punctuat|grammar|echo|transcri|lower ?case' +
    '|upper ?case|sort|say)',
  'i',
);

/** Gives the words of a text in lower case, with one space between. */
export function lettersOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
