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
  return forms.some(form => form.test(text));
}
