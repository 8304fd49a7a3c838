/** Figures in words: the reader's own language for dates and numbers, dollars for money. */

const count = new Intl.NumberFormat();
const hourCycle = 'h23';
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium', hourCycle });
const dayAndClock = new Intl.DateTimeFormat(undefined, {
  ...{ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle },
});
const full = new Intl.DateTimeFormat(undefined, {
  dateStyle: 'medium',
  timeStyle: 'medium',
  hourCycle,
});

/** `12,345` */
export function number(value: number): string {
  return count.format(value);
}

/** `1 call`, `2 calls` */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${number(value)} ${value === 1 ? one : many}`;
}

/** `$0.0048`: four digits that say something below a dollar, cents above it. */
export function dollars(value: number | null): string {
  if (value === null) return 'price unknown';
  const size = Math.abs(value);
  const sign = value < 0 ? '−' : '';
  if (size === 0) return '$0';
  if (size >= 1) return `${sign}$${size.toLocaleString('en-US', cents)}`;
  const digits = Math.min(8, Math.max(2, 1 - Math.floor(Math.log10(size))));
  return `${sign}$${size.toFixed(digits).replace(/(\.\d\d\d{0,6}?)0{1,6}$/, '$1')}`;
}

const cents = { minimumFractionDigits: 2, maximumFractionDigits: 2 };

/** `saved $0.0031 against azure:gpt-4.1 alone` */
export function saving(savedUsd: number | null, baseline: string | null): string {
  if (savedUsd === null) return 'no baseline to compare with';
  const against = baseline === null ? 'the cloud model' : clean(baseline);
  if (savedUsd === 0) return `the same as ${against} alone`;
  if (savedUsd < 0) return `cost ${dollars(-savedUsd)} more than ${against} alone`;
  return `saved ${dollars(savedUsd)} against ${against} alone`;
}

/** `310 ms`, `1.2 s`, `3 min` */
export function duration(ms: number | null): string {
  if (ms === null) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

/** The time of today, else the day too. */
export function when(iso: string): string {
  const date = new Date(iso);
  const isToday = date.toDateString() === new Date().toDateString();
  return (isToday ? clock : dayAndClock).format(date);
}

/** Day and time, whole. */
export function moment(iso: string): string {
  return full.format(new Date(iso));
}

/** `71 %` */
export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

// Marks that turn or hide what stands beside them: controls, directions, and what has no width.
const hidden = /[\p{Cc}\p{Cf}]/gu;

/** Shows names as they are: what would turn or hide a part of them stands as ␣. */
export function clean(text: string): string {
  return text.replace(hidden, mark => (mark === '\n' || mark === '\t' ? mark : '␣'));
}
