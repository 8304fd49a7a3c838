import { later } from '../later.ts';
import { furtherOpeners, furtherRefused } from './non-answer-languages.ts';

/** Kinds of texts that stand where an answer should and are none. */
export type NonAnswerKind =
  | "don't-know"
  | 'no access'
  | 'refusal'
  | 'asking back'
  | 'echo'
  | 'loop'
  | 'placeholder'
  | 'other language'
  | 'template tokens'
  | 'half sentence'
  | 'nothing said';

// What may stand before the phrase itself: an apology, a courtesy, what the speaker is.
const opener =
  '^(?:(?:well|hmm?|oh|ah|hi|hello|sorry|unfortunately|honestly|regrettably|apologies' +
  "|my apologies|i apologi[sz]e|i(?:'m| am) (?:(?:really|very|so|truly) )?(?:sorry|afraid)" +
  '|i regret|thank you for your question|thanks for asking|great question|as an? (?:ai' +
  '|large|language|artificial|chat|virtual|text)[^,.]{0,60}|actually|to be honest' +
  '|answer|based on (?:the|my)[^,.]{0,60}|at this time|at the moment|currently' +
  '|es tut mir (?:sehr )?leid|tut mir (?:sehr )?leid|leider|entschuldigung|entschuldige' +
  '|verzeihung|als (?:ki|sprachmodell)[^,.]{0,60}|désolée?|je suis (?:vraiment )?désolée?' +
  '|malheureusement|je regrette|en tant qu[^,.]{0,60}|lo siento(?: mucho)?|perdón|disculpa' +
  '|disculpe' +
  '|lamentablemente|desafortunadamente|como (?:uma? |una? )?(?:ia|modelo)[^,.]{0,60}' +
  '|mi dispiace(?: molto)?|purtroppo|scusa|spiacente|in quanto[^,.]{0,60}|come (?:ia' +
  '|modello)[^,.]{0,60}|desculpe|desculpa|sinto muito|infelizmente|lamento' +
  `|${furtherOpeners})` +
  String.raw`(?:[\s,.:;!،，、。—-]+(?:but |for (?:the|any) [^,.]{0,50}[,.] ?(?:but )?|that |aber ` +
  '|mais |pero ' +
  '|ma |mas |dass )?|$)){0,3}';

const notKnow = [
  "i (?:really |honestly |simply |just |still |actually )?(?:do not|don'?t|dont) " +
    String.raw`(?:really |actually |currently )?know\b(?! (?:that|about you|of any|any other` +
    '|how much i))',
  "(?:absolutely )?no (?:idea|clue)(?:[.!,]|$)|beats me|i(?:'m| am) drawing a blank",
  '(?:the )?(?:provided |given |available )?(?:information|context|data|details) (?:provided ' +
    '|given' +
    ' |available )?(?:here )?(?:is|are) (?:insufficient|not (?:sufficient|enough))',
  String.raw`(?:idk|dunno)\b`,
  "(?:it(?:'s| is)|this is|that is) (?:unclear|unknown|not clear)(?: to me)?[.!]?$",
  '(?:no comment|pass|skip|keine ahnung|geen idee|aucune idée|ni idea|nessuna idea' +
    '|(?:das )?weiß ich (?:leider )?nicht|ich weiß (?:es |das )?(?:leider )?nicht|je ne sais pas' +
    '|no lo sé|non lo so|não sei)[.!]?$',
  '(?:that|it|this) depends (?:on|upon) (?:many|several|various|a number|the context)',
];

const noAccess = [
  "(?:i ?)?(?:do not|don'?t|cannot|can'?t|am (?:not able|unable) to|'m (?:not able" +
    '|unable) to|am not|have no|lack) (?:have |currently |directly |any |the ability to ' +
    '|able to |connected to )*(?:direct |real[- ]?time |live |current |up[- ]to[- ]date ' +
    '|internet )*(?:access|brows|capabilit|check\\b|look up|retrieve' +
    '|see (?:your|the (?:image|file|attach))|open (?:links|files|urls)|real[- ]?time' +
    '|the internet|the web)',
  'as of my (?:last|latest|most recent) (?:update|training|knowledge)',
  '(?:it (?:seems|looks|appears)(?: like| that| as if)? )?(?:there (?:is|was|are) no|no|the|your)' +
    ' (?:image|picture|photo|file|document|attachment|chart|table|link|pdf|screenshot|audio)s?' +
    " (?:is |are |was |were |did |does |has |have )?(?:not |n't )?(?:attached|come through" +
    '|included|provided|uploaded?|load(?:ed)?|visible|available|found|shared)',
  '(?:images|photos|files|links|videos) are not something i can|i can only (?:work with|read' +
    '|see) text',
  '(?:you (?:can|could|should|may|might) |please |try )?(?:check|visit|consult|refer to|see' +
    '|search|look (?:at|on|up on)) (?:an? |the |your |some |online )*(?:local |reliable |official' +
    '|trusted |current |reputable |latest |recent |live )*(?:weather|news|stock|search engine' +
    '|financial|internet|web\\b' +
    '|google)',
  '(?:an? (?:internal |unknown )?error (?:has )?occurred|something went wrong|service unavailable' +
    '|(?:the )?request (?:has )?(?:timed out|failed)|internal (?:server )?error|too many requests)',
];

const task =
  'help|assist|answer|provide|discuss|comply|fulfil+|do (?:that|this|so)|engage|share|give|create' +
  '|generate|write|support|continue|participate|respond|recommend|offer|complete' +
  '|proces+|translate' +
  '|summari[sz]e|perform|produce|disclose|advise|accommodate|proceed|make|tell you' +
  '|explain|calculate';
const refused = [
  "(?:i ?)?(?:can(?:'?t|not| not)|am (?:unable|not able|not allowed|not permitted" +
    "|not programmed|not designed) to|'m (?:unable|not able|not allowed|not permitted" +
    "|not going|not comfortable|not programmed) ?(?:to)?|am not going to|won'?t|will not" +
    "|must (?:respectfully )?decline(?: to)?|(?:would|'d) (?:rather|prefer) not(?: to)?" +
    '|refuse to|have to decline(?: to)?) ?(?:be able to )?(?:directly |really |fully ' +
    `|actually |in good conscience )?(?:${task}|[.,;]|$|your request|this request|that` +
    '|providing|helping|answering)',
  "(?:that|this|it)(?:'s| is) (?:not )?(?:something|a (?:topic|request|question)) (?:that )?" +
    "i(?: am|'m)? (?:can(?:not|'t)|can help|unable|not able|don't|won't)",
  "(?:it (?:is|would be)|that(?:'s| is| would be)) (?:not appropriate|inappropriate" +
    '|unethical|against my|not ethical|illegal for me)',
  "(?:this|that|it|your request) (?:request )?(?:violates|goes against|is against|isn't something" +
    '|is not something|contravenes|breaches)',
  '(?:your )?request (?:was |is |has been )?(?:denied|refused|rejected|declined)',
  "i(?:'d| would) (?:rather|prefer) not|let(?:'s| us) (?:talk|chat|discuss|change|speak)" +
    '(?: about)? (?:something|the subject|another)',
  "i (?:do not|don't) feel (?:comfortable|right)|i(?:'m| am) not (?:comfortable|going to" +
    '|allowed|permitted|authori[sz]ed|programmed|designed)',
  "(?:no[,.] )?(?:i )?(?:won't|will not|can(?:'?t|not)) (?:do|answer|say|share|allow|grant) ?" +
    '(?:that|this|it|so)',
  'darüber (?:darf|kann|möchte) ich',
  '(?:kann|darf|möchte) ich (?:\\p{L}+ ){0,4}(?:nicht|keine) (?:\\p{L}+ ){0,2}(?:beantworten' +
    '|helfen|sagen' +
    '|antworten|geben|weiterhelfen)',
  '(?:dabei|damit|hierbei|das|darauf|diese frage) (?:kann|darf) ich (?:ihnen |dir |leider ' +
    '|dir leider |ihnen leider )*(?:nicht|keine)',
  'ich (?:kann|darf|werde) (?:ihnen |dir |leider |dabei |damit |darauf |diese[rsmn]? ' +
    String.raw`|das |hierbei |\p{L}+ ){0,4}(?:nicht|keine) (?:\p{L}+ ){0,4}(?:helfen|antworten` +
    '|beantworten|weiterhelfen|erfüllen|unterstützen|geben|bereitstellen|machen|schreiben|tun)',
  'je (?:ne )?(?:peux|suis pas (?:en mesure|autorisée?)|dois refuser)(?: pas| malheureusement' +
    "|,)* (?:de |d')?(?:vous |t'|te |m')*(?:aider|répondre|fournir|donner|discuter|écrire" +
    '|traiter|faire|satisfaire|refuser)',
  '(?:yo )?no (?:puedo|me es posible|estoy autorizad[oa] a|voy a) (?:ayudar|responder' +
    '|proporcionar|dar|ofrecer|escribir|hacer|discutir|cumplir|hablar)',
  '(?:io )?non (?:posso|sono in grado di|mi è possibile) (?:aiutar|risponder|fornir|dar' +
    '|scriver|soddisfar|discuter|far)',
  '(?:eu )?não (?:posso|consigo|estou autorizad[oa] a|é possível) (?:ajud|respond|fornec' +
    '|dar|escrev|discut|faz|atend)',
  ...furtherRefused,
];

const askedBack = [
  '(?:could|can|would|will) you (?:please |kindly )?(?:clarify|provide|specify|tell me|share' +
    '|give me|elaborate|rephrase|explain what|be more|let me know|confirm|repeat|send)',
  'please (?:provide|share|give|send|upload|paste|enter|supply|include)(?: me| us)?(?: with)? ' +
    '(?:some |more |further |additional |the |a |an |your |any |full |complete |specific )*' +
    '(?:information|details?|context|text|question|input|sentence|document|image|file|code|data' +
    '|example|link|list|message|prompt|problem|content|passage|article|query|request|instructions)',
  "i (?:need|would need|'d need|require) (?:some )?(?:more|further|additional) (?:information" +
    '|details|context)',
  '(?:what|which)[^.?!]{0,60} (?:do you mean|are you (?:referring|asking|talking|looking)' +
    String.raw`|would you like|do you want|can i help)[^.!]{0,80}\?`,
  'how (?:can|may) i (?:help|assist)',
  '请(?:您)?(?:提供|告诉我|补充)',
];

const restated = [
  "the (?:customer|user|person|client|sender|speaker|question|prompt|request) (?:is|was|'s)" +
    String.raw`? ?(?:asking|asks|inquiring|inquires|wondering|wants to know|asked|requesting)\b`,
  String.raw`(?:der kunde|die kundin|der nutzer|die frage) (?:fragt|möchte wissen|lautet)\b`,
  String.raw`(?:le client|l'utilisateur|la question) (?:demande|veut savoir|est de savoir)\b`,
  String.raw`(?:el cliente|el usuario|la pregunta) (?:pregunta|quiere saber)\b`,
  String.raw`(?:il cliente|l'utente|la domanda) (?:chiede|vuole sapere)\b`,
  String.raw`(?:o cliente|o usuário|a pergunta) (?:pergunta|quer saber)\b`,
  String.raw`(?:this|it) is an? (?:\p{L}+ )?question (?:about|on)\b|the question is about\b`,
  '(?:the user|you|they|we|i) (?:wants? to know|would like to know|(?:have )?asked|(?:is|are' +
    '|am)' +
    String.raw` (?:being )?(?:asked (?:for|to)|asking)|requests|needs to know)\b`,
];

/** A phrase at the beginning of a text, and anywhere in a request. */
export interface Phrase {
  readonly kind: NonAnswerKind;
  readonly opening: RegExp;
  readonly anywhere: RegExp;
}

function phrase(kind: NonAnswerKind, forms: readonly string[], lead = opener): Phrase {
  const joined = forms.join('|');
  return {
    kind,
    opening: new RegExp(`${lead}(?:${joined})`, 'iu'),
    anywhere: new RegExp(`(?<![\\p{L}])(?:${joined})`, 'iu'),
  };
}

/** The phrases in the order in which they are looked for. */
export const phrases = later((): readonly Phrase[] => [
  phrase('no access', noAccess),
  phrase("don't-know", notKnow),
  phrase('refusal', refused),
  phrase('asking back', askedBack),
  phrase('echo', restated, '^'),
]);
