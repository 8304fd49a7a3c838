// Nobody is told anything by it but whom to ask.
const refersOn = new RegExp(
  String.raw`\b(?:consult|speak (?:to|with)|talk (?:to|with)|ask` +
    String.raw`|seek(?: \p{L}+){0,2} (?:from|of)|contact|see)` +
    String.raw` (?:with )?(?:an? |your )(?:\p{L}+ ){0,2}(?:professional|doctor|physician` +
    String.raw`|lawyer|attorney` +
    String.raw`|advis[oe]r|pharmacist|expert|specialist|provider|accountant)\b` +
    String.raw`|\b(?:not|isn't)(?: \p{L}+){0,3} (?:medical|legal|financial|professional` +
    String.raw`|tax) advice` +
    String.raw`|\bi(?:'m| am) not an? (?:\p{L}+ ){0,2}(?:doctor|lawyer|physician|expert` +
    String.raw`|professional|advis[oe]r)` +
    String.raw`|^(?:\p{L}+ ){0,2}(?:needs|cases|situations|laws|rules) (?:vary|differ)` +
    String.raw`|^(?:everyone|every (?:case|body|person|situation))(?: is|'s) different` +
    String.raw`|(?:wenden sie sich|konsultieren sie|consultez|consulte` +
    String.raw`|consulti) .{0,40}(?:arzt|anwalt` +
    String.raw`|fachmann|médecin|avocat|médico|abogado|medico|avvocato|advogado|profes)`,
  'iu',
);
const preaches = new RegExp(
  String.raw`^(?:\p{L}+, )?(?:it(?:'s| is) (?:always |very )?(?:important|essential|crucial` +
    String.raw`|vital) to (?:\p{L}+ ){0,2}` +
    String.raw`(?:treat|respect|act|be|remember|avoid|follow|obey|consider|promote)` +
    String.raw`|it(?:'s| is) (?:wrong|never okay|not (?:right|okay|nice|good)) to` +
    String.raw`|\p{L}+ deserves? (?:to be|respect)|(?:we|you|one) should (?:all |always ` +
    String.raw`|never |not )*(?:be|treat|respect` +
    String.raw`|make fun|use)` +
    String.raw`|let(?:'s| us) (?:\p{L}+ ){0,4}(?:respectful|kind|positive|friendly|honest)` +
    String.raw`|i (?:\p{L}+ )?(?:encourage|urge|advise) you to|please (?:be|use|remember|respect)` +
    String.raw`|(?:\p{L}+ ){1,6}(?:can be|is|are) (?:\p{L}+ )?(?:harmful|addictive|illegal` +
    String.raw`|unethical|dangerous` +
    String.raw`|offensive|inappropriate|hurtful)(?: and \p{L}+)?[^,]{0,40}$)`,
  'iu',
);
// Requests that a warning answers.
const wantsWarning = new RegExp(
  String.raw`\b(?:who|whom|should|why|important|risks?|risky|danger(?:s|ous)?|harm(?:s|ful)?` +
    String.raw`|safe(?:ly)?|il?legal|laws?` +
    String.raw`|(?:un)?ethic(?:s|al)|(?:im)?moral|allowed|disclaimer|warn(?:ing)?s?` +
    String.raw`|advi[sc]e|recommend|bad|wrong|rules?|polite` +
    String.raw`|(?:be|feel) (?:like|better)|ok(?:ay)?)\b`,
  'iu',
);
const longest = 400;

/** Tells whether a text is nothing but warnings: whom to ask instead, or how one ought to be. */
export function isWarning(said: string, asked: string): boolean {
  if (said.length > longest || wantsWarning.test(asked)) return false;
  const sentences = said.split(/(?<=[.!;])\s+/).map(each => each.replace(/[.!;]$/, ''));
  return sentences.every(each => refersOn.test(each) || preaches.test(each) || isSite(each, asked));
}

function isSite(sentence: string, asked: string): boolean {
  return (
    /^(?:please )?(?:check|visit|consult|see) (?:\S+ ){1,4}(?:web ?site|app|portal)\b/i.test(
      sentence,
    ) && !/\b(?:how|where|which|find)\b/i.test(asked)
  );
}
