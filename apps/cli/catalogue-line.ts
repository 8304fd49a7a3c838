import type { CatalogueState } from '../../src/entries/backends.ts';
import type { Style } from './terminal.ts';

/** Says of which day the list of prices and context windows is, and warns of an old one. */
export function catalogueLine({ source, asOf, ageDays, isOld }: CatalogueState, style: Style) {
  const line = `Prices and context windows: ${source}, as of ${asOf}.`;
  if (!isOld) return `${line}\n`;
  const warning =
    `They are ${ageDays} days old and may have changed. Type \`tandem prices --update\`, or set ` +
    'your own under `prices` and `contextTokens`.';
  return `${line}\n${style.bad(warning)}\n`;
}
