import type { PersonalDatum } from './spans.ts';

const patterns: readonly RegExp[] = [
  new RegExp(
    String.raw`\b\d{1,5}[A-Za-z]? (?!(?:Supreme|District|Circuit|High|Federal|Superio` +
      String.raw`r|Appeals|States) )` +
      String.raw`(?:\p{Lu}[\p{L}'.]{0,20} ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln` +
      String.raw`|Drive|Dr|Boulevard|Blvd|Terrace|Crescent|Close|Way|Square|Sq|Place|Pl` +
      String.raw`)\b(?! (?:of|to|for)\b)`,
    'gu',
  ),
  new RegExp(
    String.raw`(?<![\p{L}-])(?!(?:Arbeits|Park|Stell|Sitz|Lager|Speicher|Bau|Steck)platz)` +
      String.raw`\p{Lu}[\p{L}-]{0,30}(?:straße|strasse|str\.|weg|platz|allee|gasse` +
      String.raw`|damm|[^eiouc]tring|burgring|parkring) \d{1,4} ?[a-z]?(?!\p{L})`,
    'gu',
  ),
  new RegExp(
    String.raw`\b\d{1,4}(?: bis| ter)?,? (?:rue|avenue|boulevard|place|chemin|impasse` +
      String.raw`|quai) (?:de la |de l'|du |des |de )?\p{Lu}[\p{L}'-]{1,20}(?: (?:de |d` +
      String.raw`u |des )?\p{Lu}[\p{L}'-]{1,20}){0,3}`,
    'gu',
  ),
  new RegExp(
    String.raw`(?<!\p{L})(?:Calle|C/|Avenida|Avda\.|Plaza|Via|Viale|Piazza|Rua) ` +
      String.raw`(?:de la |de |del |della |di |da )?\p{Lu}[\p{L}' ]{2,30},? (?:n\.?º? ?` +
      String.raw`)?\d{1,4}(?!\d)`,
    'gu',
  ),
];

/** Finds addresses of streets: English, German, French, Spanish, Italian and Portuguese. */
export function findPlaces(text: string): PersonalDatum[] {
  const found: PersonalDatum[] = [];
  for (const pattern of patterns)
    for (const { index, 0: words } of text.matchAll(pattern))
      found.push({ start: index, end: index + words.length, kind: 'ADDRESS' });
  return found;
}
