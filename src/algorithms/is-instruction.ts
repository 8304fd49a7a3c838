const forms = [
  /\b(?:ignore|disregard|forget|bypass|override)\b.{0,40}\b(?:previous|above|prior|earlier|preceding|all|any|your|these|system)\b.{0,40}\b(?:instructions?|prompts?|directions?|tasks?|question)\b/i,
  /\b(?:new|real|actual|updated|hidden|secret) (?:system )?(?:instructions?|prompt)\s*(?::|follow)/i,
  /\byou are (?:now|no longer) (?:a|an|the|in)\b.{0,40}\b(?:assistant|model|AI|reader|mode|bot|system)\b|\bpretend that you\b|\bact as (?:a|an|the) (?:system|admin)/i,
  /\bfrom now on,? you (?:answer|respond|reply|output)\b/i,
  /<\/?\s*(?:system|instructions?|assistant|chunk|question|extracts|im_start|im_end)\s*>|<\|[a-z_]+\|>|\[\/?INST\]|###\s*(?:system|instruction|assistant)/i,
  /\bsystem (?:prompt|message|override)\b\s*[:.,-]|^\s*SYSTEM\s*:/i,
  /(?:^|[.!?]\s+)(?:dear )?(?:assistant|AI|language model|chatbot)\s*[,:]|\b(?:assistant|AI|language model|LLM)s?\b.{0,40}\b(?:reading|processing|summari[sz]ing) this\b/i,
];

/** Tells whether a text speaks to a language model to make it do something: a document's words are data, not orders. */
export function isInstruction(text: string): boolean {
  return forms.some(form => form.test(text));
}
