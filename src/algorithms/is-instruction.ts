const forms = [
  /\b(?:ignore|disregard|forget|override|bypass|overrule)\b.{0,40}\b(?:previous|above|prior|earlier|preceding|all|any|your|these|system)\b.{0,40}\b(?:instructions?|prompts?|rules?|tasks?|directions?|guidelines?|questions?|context)\b/i,
  /\b(?:new|real|actual|updated|hidden|secret) (?:system )?(?:instructions?|task|prompt)\s*(?::|is\b|are\b|follow)/i,
  /\byou are (?:now|no longer)\b|\bfrom now on,? you\b|\bpretend (?:to be|that you)\b|\bact as (?:a|an|the) (?:system|admin|developer|assistant|model)\b/i,
  /<\/?\s*(?:system|instructions?|assistant|user|chunk|question|extracts|im_start|im_end)\s*>|<\|[a-z_]+\|>|\[\/?INST\]|###\s*(?:system|instruction|assistant)/i,
  /\b(?:system|developer) (?:prompt|message|override|note)\b\s*[:.,-]/i,
  /\b(?:language model|AI (?:assistant|model|system|reader)|assistant|LLM|chatbot)\b.{0,60}\b(?:must|should|shall|please|is instructed|are instructed|has to|reading this)\b/i,
];

/** Tells whether a text speaks to a language model to make it do something: a document's words are data, not orders. */
export function isInstruction(text: string): boolean {
  return forms.some(form => form.test(text));
}
