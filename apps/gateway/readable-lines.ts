/** A line of the log for a person's terminal: what was asked, who answered, how long it took. */
export function readableLine(line: string): string {
  const {
    time = '',
    level = 30,
    msg = '',
    ...facts
  } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  const at = String(time).slice(11, 19);
  const said = msg === 'request' ? requestWords(facts) : otherWords(String(msg), facts);
  return `${at} ${Number(level) >= 50 ? 'ERROR ' : ''}${visible(said)}\n`;
}

function requestWords(facts: Readonly<Record<string, unknown>>): string {
  const { status, method, path, ms, model, answeredBy, place, reason, code, costUsd } = facts;
  const words = [status, method, path, `${Math.round(Number(ms))} ms`];
  if (model !== undefined) words.push(model);
  if (answeredBy !== undefined) words.push(`→ ${answeredBy} (${place}: ${reason})`);
  if (costUsd !== undefined) words.push(costUsd === 'unknown' ? 'price unknown' : `$${costUsd}`);
  if (code !== undefined) words.push(code);
  return words.join(' ');
}

function otherWords(msg: string, facts: Readonly<Record<string, unknown>>): string {
  const { models, ...rest } = facts;
  const told = Object.entries(rest).map(([name, value]) => `${name}=${String(value)}`);
  const served = Array.isArray(models) ? [`${models.length} models`] : [];
  return [msg, ...served, ...told].join(' ');
}

// A path or a name may hold what a terminal would obey.
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '?');
}
