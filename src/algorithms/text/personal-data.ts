import { findAssigned } from '../personal/find-assigned.ts';
import { findEmails } from '../personal/find-emails.ts';
import { findEncoded } from '../personal/find-encoded.ts';
import { findHosts } from '../personal/find-hosts.ts';
import { findLabelled } from '../personal/find-labelled.ts';
import { findNumbers } from '../personal/find-numbers.ts';
import { findPlaces } from '../personal/find-places.ts';
import { levelText } from '../personal/level-text.ts';
import { findSecrets } from '../personal/secrets.ts';
import { type PersonalDatum, unionOf } from '../personal/spans.ts';

const finders: readonly ((text: string) => readonly PersonalDatum[])[] = [
  findSecrets,
  findAssigned,
  findEmails,
  findNumbers,
  findLabelled,
  findPlaces,
  findHosts,
  text => findEncoded(text, decoded => [...findEmails(decoded), ...findSecrets(decoded)]),
];

/**
 * Finds personal data and secrets in a text, however it is written: in order, without overlaps.
 * Its time grows with the length of the text alone.
 */
export function findPersonalData(text: string): PersonalDatum[] {
  const levelled = levelText(text);
  const found = unionOf(finders.flatMap(find => find(levelled.text)));
  const spans = unionOf(
    found.map(({ start, end, kind }) => ({ ...levelled.origin(start, end), kind })),
  );
  if (!text.includes('MASKED_')) return spans;
  const placeholders = [...text.matchAll(placeholder)];
  return spans.filter(
    ({ start, end }) =>
      !placeholders.some(({ index, 0: found }) => index <= start && end <= index + found.length),
  );
}

// What stands for a value is none, whatever its digits look like.
const placeholder = /MASKED_[A-Z]{2,12}_[0-9a-f]{12}/g;
