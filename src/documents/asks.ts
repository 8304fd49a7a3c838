/** Tells a request from a paragraph of a document, by how it begins and ends. */

// Verbs with which people ask a model for something, and words of questions; of several languages.
const words = [
  'list|find|name|give|tell|show|say|state|extract|identify|summari[sz]e|sum up',
  'describe|explain|compare|contrast|translate|rewrite|rephrase|paraphrase|outline',
  'analy[sz]e|review|check|verify|answer|count|compute|calculate|determine|decide',
  'classify|categori[sz]e|label|quote|cite|read|write|draft|create|make|produce',
  'generate|return|provide|collect|gather|search|look|pick|select|report|note|highlight',
  'point out|clean|fix|correct|proofread|convert|format|turn|shorten|evaluate|assess',
  'rate|rank|sort|group|discuss|help|use|using|based on|according to|from the',
  'in the (?:text|document|following|report|contract|above)',
  'i (?:want|need|would like|wish|am looking)|we (?:want|need)|my question|question',
  'task|instructions?|your (?:task|job)|you (?:are|will|should|must)|given|for each',
  'without|in (?:one|two|three|a few|\\d+) |who|whose|whom|what|which|why|how|is|are',
  'was|were|does|do|did|can|could|would|will|should|has|have|liste|nenne|fasse|fass',
  'finde|gib|gebe|zeige|erkl[äa]re|beschreibe|vergleiche|[üu]bersetze|schreibe',
  'extrahiere|z[äa]hle|suche|pr[üu]fe|beantworte|wer|was|wann|wo|welche[rnms]?|warum',
  'wie|wieviel|ist|sind|hat|r[ée]sume[zr]?|liste[zr]|trouve[zr]?|donne[zr]?',
  'explique[zr]?|d[ée]cri[st]|tradui[st]|cite[zr]?|quel(?:le)?s?|qui|que|quand|o[ùu]',
  'pourquoi|comment|combien|resume|resuma|lista|enumera|encuentra|busca|explica',
  'describe|traduce|extrae|dime|qu[ée]|qui[ée]n|cu[áa]ndo|d[óo]nde|c[óo]mo',
  'cu[áa]l(?:es)?|cu[áa]nt[oa]s?|riassumi|elenca|trova|spiega|descrivi|traduci|quali?',
  'chi|quando|dove|perch[ée]|come|resumir|liste|encontre|explique|descreva|traduza',
  'quais|quem|onde|geef|noem|vat|zoek|leg uit|welke|wie|wat|waar|waarom|hoe',
].join('|');
const lead =
  String.raw`^(?:[>#*\-\s"'“«(]|(?:please|kindly|now|hi|hello|dear \w+|bitte|por favor` +
  "|s'il vous pla[iî]t)[,!.: ]+)*";
// What is followed by "of" is a heading: "Report of the year".
const noHeading = String.raw`(?![\p{L}\p{N}])(?!\s+(?:of|on|for the)\b)`;
const openings = new RegExp(`${lead}(?:${words})${noHeading}`, 'iu');
const endings = /[?？؟:：][\s"'”»)*_]*$/u;
const eastern = new RegExp(
  '^(?:请|請|列出|总结|總結|概括|翻译|翻譯|解释|解釋|找出)' +
    '|(?:ください|下さい|教えて|せよ|吗|嗎|か)[。．.？?！!]?$' +
    String.raw`|(?:하세요|해\s?줘|주세요|까요?)[.?]?$`,
  'u',
);
const aboutText = new RegExp(
  String.raw`\b(?:documents?|texts?|reports?|contracts?|articles?|passages?|papers?|transcripts?` +
    '|e-?mails?|following|below|dokument|bericht|vertrag|texte?|rapport|contrat|documento' +
    String.raw`|informe|contrato|testo)\b|文|書|资料|資料`,
  'iu',
);
const longest = 1000;

/** Tells whether a paragraph asks for something. */
export function asks(paragraph: string): boolean {
  const text = paragraph.trim();
  if (text === '' || text.length > longest) return false;
  return endings.test(text) || openings.test(text) || eastern.test(text) || /[?？؟]/.test(text);
}

/**
 * Tells whether a paragraph can be nothing but a request: it ends as one, or speaks of the text.
 */
export function asksPlainly(paragraph: string): boolean {
  const text = paragraph.trim();
  return asks(text) && (endings.test(text) || aboutText.test(text));
}
