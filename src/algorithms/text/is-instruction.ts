const forms = [
  new RegExp(
    String.raw`\b(?:ignore|disregard|forget|bypass|override)\b.{0,40}\b(?:previous|above|prior` +
      String.raw`|earlier|preceding|all|any|your|these|system)\b.{0,40}\b(?:instructions?` +
      String.raw`|prompts?|directions?|tasks?|question)\b`,
    'i',
  ),
  new RegExp(
    String.raw`\b(?:new|real|actual|updated|hidden|secret) (?:system )?(?:instructions?` +
      String.raw`|prompt)\s*(?::|follow)`,
    'i',
  ),
  new RegExp(
    String.raw`\byou are (?:now|no longer) (?:a|an|the|in)\b.{0,40}\b(?:assistant|model|AI` +
      String.raw`|reader|mode|bot|system)\b|\bpretend that you\b|\bact as (?:a|an|the) (?:system` +
      '|admin)',
    'i',
  ),
  /\b(?:forget|ignore) (?:the|this|your|that) question\b|\bnew task ?:/i,
  new RegExp(
    String.raw`\b(?:append|add|include|attach|put|copy)\b.{3,60}\b(?:to|in|into) your ` +
      String.raw`(?:answer|reply|response|output)\b`,
    'i',
  ),
  // German, French, Spanish and Chinese: to leave orders or the question, or to take new ones.
  new RegExp(
    String.raw`\b(?:ignorier\p{L}{0,3}|vergiss|vergessen sie|missachte\p{L}{0,2})\b.{0,40}\b` +
      String.raw`(?:anweisung\p{L}{0,3}|vorgaben?|frage|aufgabe)\b` +
      String.raw`|\bneue (?:anweisung|aufgabe)\p{L}{0,2} ?:`,
    'iu',
  ),
  new RegExp(
    String.raw`\b(?:ignore[zr]?|oublie[zr]?)\b.{0,40}\b(?:instructions?|consignes?|question)\b` +
      String.raw`|\bnouvelles? (?:consignes?|instructions?|tâche) ?:`,
    'iu',
  ),
  new RegExp(
    String.raw`\b(?:ignor[ae]n?|olvid[ae]n?)\b.{0,40}\b(?:instrucciones|indicaciones|pregunta)\b` +
      String.raw`|\bnuevas? (?:instrucci[oó]n|instrucciones|tarea) ?:`,
    'iu',
  ),
  /(?:忽略|无视|忘记|忘掉).{0,20}(?:指令|指示|说明|问题|提示)|新(?:任务|指令) ?:/u,
  /\bfrom now on,? you (?:answer|respond|reply|output)\b/i,
  new RegExp(
    String.raw`</?\s*(?:system|instructions?|assistant|chunk|question|extracts|im_start` +
      String.raw`|im_end)\s*>|<\|[a-z_]+\|>|\[/?INST\]|###\s*(?:system|instruction|assistant)`,
    'i',
  ),
  /\bsystem (?:prompt|message|override)\b\s*[:.,-]|^\s*SYSTEM\s*:/i,
  new RegExp(
    String.raw`(?:^|[.!?]\s+)(?:dear )?(?:assistant|AI|language model|chatbot)\s*[,:]` +
      String.raw`|\b(?:assistant|AI|language model|LLM)s?\b.{0,40}\b(?:reading|processing` +
      String.raw`|summari[sz]ing) this\b`,
    'i',
  ),
];

/**
 * Tells whether a text speaks to a language model to make it do something: a document's words are
 * data, not orders.
 */
export function isInstruction(text: string): boolean {
  const level = levelled(text);
  return forms.some(form => form.test(level));
}

const likeLatin: Readonly<Record<string, string>> = {
  ...{ ι: 'i', Ι: 'I', ο: 'o', Ο: 'O', α: 'a', Α: 'A', ν: 'v', ρ: 'p', Ρ: 'P', Ν: 'N', Τ: 'T' },
  ...{ а: 'a', А: 'A', е: 'e', Е: 'E', о: 'o', О: 'O', і: 'i', І: 'I', р: 'p', с: 'c', ѕ: 's' },
};

// Of a wrapped line, in any width, with unseen marks, and with a letter of another script that
// looks like one.
function levelled(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[Ά-ώЀ-ӿ]/g, each => likeLatin[each] ?? each)
    .replace(/\s{1,99}/g, ' ');
}
