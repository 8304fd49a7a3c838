import { furtherNothing } from './non-answer-languages.ts';

const named = String.raw`answer|response|result|solution`;
const machine =
  String.raw`(?:ai|artificial|language model|assistant|chatbot|bot|model|program` +
  String.raw`|virtual)`;
const clauseEnd = String.raw`(?=,|\.| and | but |$)`;

// Each says nothing by itself.
const openings: readonly string[] = [
  // What follows is named.
  String.raw`(?:final )?a ?:`,
  String.raw`(?:answer|response|assistant|output|ai|bot|antwort|réponse|respuesta|risposta` +
    String.raw`|resposta)(?: ?:|$)`,
  String.raw`the (?:final |correct )?answer(?: to (?:your|the` +
    String.raw`|this)[^.:]{0,40})? is(?: as follows)?:?`,
  String.raw`(?:sure,? )?here(?:'s| is| are) (?:the|your|an?) (?:${named})(?: to (?:your` +
    String.raw`|the) [^.:]{0,30})?`,
  'here you go',
  // Courtesies.
  'sure(?: thing)?|certainly|of course|absolutely|definitely|okay|ok|alright|all right',
  'no problem|understood|i (?:understand|see)|got it|noted|hmm+|well|honestly',
  'hello(?: there)?|hi(?: there)?|hey',
  "(?:that is |that's |what )?(?:an? )?(?:great|good|excellent|interesting) question",
  '(?:thank you|thanks)(?: (?:very|so) much)?' +
    '(?: for (?:asking|(?:your|the) (?:question|message|request|inquiry)))?',
  String.raw`(?:i(?:'m| am) )?(?:(?:so|very|really) )?sorry(?: for (?:the|any` +
    String.raw`|this) (?:confusion|inconvenience|misunderstanding` +
    String.raw`|delay(?: in responding)?)(?: this may have caused)?` +
    String.raw`|, \p{L}+)?|unfortunately|sadly`,
  '(?:i |my )?apolog(?:i[sz]e|ies)(?: for (?:the|any|this) (?:confusion|inconvenience' +
    '|misunderstanding)(?: earlier| this may have caused)?)?',
  'klar|natürlich|gerne?|selbstverständlich|gute frage|bien sûr|bonne question|claro|por supuesto',
  'buena pregunta|certo|buona domanda',
  // What is only going to be done.
  '(?:please )?wait(?: a moment)?|(?:just )?(?:one|a) moment(?: please)?|hold on',
  'give me a (?:moment|second|minute)(?: to [^.,]{0,30})?|loading|processing|thinking|generating',
  String.raw`searching[^.\n]{0,30}|i think(?=\s*(?:\.{3}|…))|it depends`,
  'let me (?:think|see)(?: about (?:that|it|this))?(?: for a moment)?',
  "i(?:'d| would) be (?:happy|glad) to (?:help|assist)(?: you)?(?: with (?:that|this))?",
  'feel free to ask(?: me)?(?: anything| any questions?)?',
  "i(?:'m| am) (?:here|happy|glad|ready) to (?:help|assist)(?: you)?",
  'i can help(?: you)?(?: with (?:that|this))?|i wish i could (?:help|answer)(?: you)?',
  "i(?:'ll| will) (?:now )?(?:try to )?answer (?:the|your|this) question",
  // A speaker who speaks of itself.
  '(?:as|being) (?:an? )?(?:small |large |responsible )?' +
    '(?:ai|assistant|bot|chatbot|language|small|model|program)[^,.]{0,60}?(?:,|(?= i ))',
  "i(?:'m| am) (?:just |only |merely )?(?:an? )(?:small |large |helpful |simple )*" +
    `${machine}[^,.]{0,60}?${clauseEnd}`,
  `i(?:'m| am) (?:programmed|designed|trained|created|built) to [^,.]{0,80}?(?:,| and(?= (?:can` +
    `|do|will))|$)`,
];

/**
 * What says nothing by itself: courtesies, a name of what follows, a speaker who speaks of itself.
 * What comes after it is looked at as if it were not there.
 */
export const emptyOpening = new RegExp(
  String.raw`^(?:${openings.join('|')})(?![\p{L}\p{N}])[\s,.:;!?…—–-]*` +
    '(?:(?:but|and|so|that|though|however|aber|mais|pero|ma|mas) )?',
  'iu',
);

const words: readonly string[] = [
  String.raw`unknown|n\/a|none|null|nil|nan|error|undefined|unclear`,
  '(?:it )?cannot be (?:determined|answered)|no information available',
  'not (?:available|known|specified|provided|applicable)|no (?:answer|response|data|information)',
  'unbekannt|keine (?:angabe|antwort|daten|information)|inconnue?|sans réponse|desconocid[oa]',
  'sconosciut[oa]|desconhecid[oa]',
  furtherNothing,
];

/** Words that are no answer where they are all of it. */
export const noWord = new RegExp(`^(?:${words.join('|')})[.!。]?$`, 'iu');
