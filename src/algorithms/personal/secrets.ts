import type { PersonalDatum } from './spans.ts';

/** A form of secret that shows by itself. Every repetition in it has a bound. */
interface SecretForm {
  readonly service: string;
  readonly kind: 'KEY' | 'TOKEN';
  readonly source: string;
}

/** The forms of secrets that are known, by the service that gives them out. */
export const secretForms: readonly SecretForm[] = [
  { service: 'Tandem', kind: 'KEY', source: String.raw`tdm_[\w-]{16,128}` },
  {
    service: 'OpenAI, Anthropic, Stripe, OpenRouter',
    kind: 'KEY',
    source:
      String.raw`(?:sk|pk|rk|whsec)[-_](?:(?:live|test|proj|ant|or|svcacct|admin)[-_]{0` +
      String.raw`,2})?[\w-]{16,300}`,
  },
  {
    service: 'AWS',
    kind: 'KEY',
    source: String.raw`(?:AKIA|ASIA|AROA|AIDA|AGPA|ANPA|ABIA|ACCA)[A-Z0-9]{16}`,
  },
  { service: 'AWS Bedrock', kind: 'KEY', source: String.raw`ABSK[A-Za-z0-9+/]{40,300}={0,2}` },
  {
    service: 'GitHub',
    kind: 'KEY',
    source: String.raw`(?:gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255})`,
  },
  {
    service: 'GitLab',
    kind: 'KEY',
    source: String.raw`gl(?:pat|dt|rt|ft|cbt|ptt|soat|agent|imt|ffct)-[\w.-]{16,300}`,
  },
  {
    service: 'Bitbucket, Atlassian',
    kind: 'KEY',
    source: String.raw`(?:ATBB|ATCTT3xFfG|ATATT3xFfG)[\w=-]{20,300}`,
  },
  { service: 'Slack', kind: 'KEY', source: String.raw`(?:xox[abeoprs]|xapp)[.-][\w.-]{10,300}` },
  {
    service: 'Slack, Discord, Teams web hooks',
    kind: 'KEY',
    source:
      String.raw`(?<=hooks\.slack\.com/(?:services|workflows|triggers)/)[\w/-]{8,200}|(` +
      String.raw`?<=discord(?:app)?\.com/api/webhooks/)[\w/-]{20,200}|(?<=webhook\.offi` +
      String.raw`ce\.com/webhookb2/)[\w/@-]{20,300}`,
  },
  {
    service: 'Google',
    kind: 'KEY',
    source: String.raw`AIza[\w-]{30,45}|GOCSPX-[\w-]{20,60}|ya29\.[\w-]{20,1000}|1//0[\w-]{30,300}`,
  },
  { service: 'Hugging Face', kind: 'KEY', source: String.raw`(?:hf|api_org)_[A-Za-z]{20,60}` },
  { service: 'npm', kind: 'KEY', source: String.raw`npm_[A-Za-z0-9]{30,60}` },
  { service: 'PyPI', kind: 'KEY', source: String.raw`pypi-[\w-]{40,300}` },
  { service: 'Docker', kind: 'KEY', source: String.raw`dckr_(?:pat|oat)_[\w-]{20,60}` },
  { service: 'SendGrid', kind: 'KEY', source: String.raw`SG\.[\w-]{16,32}\.[\w-]{16,64}` },
  { service: 'Twilio', kind: 'KEY', source: String.raw`(?:SK|AC)[0-9a-f]{32}` },
  {
    service: 'Mailgun, Mailchimp',
    kind: 'KEY',
    source: String.raw`key-[0-9a-f]{32}|[0-9a-f]{32}-us\d{1,2}`,
  },
  { service: 'Telegram', kind: 'KEY', source: String.raw`\d{8,10}:A[\w-]{34}` },
  {
    service: 'DigitalOcean, Doppler, Fly, Vault',
    kind: 'KEY',
    source:
      String.raw`(?:do[opr]_v1_[0-9a-f]{64}|dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{20,8` +
      String.raw`0}|fo1_[\w-]{30,80}|hv[sb]\.[\w-]{20,300})`,
  },
  {
    service: 'Groq, xAI, Replicate, Perplexity, Fireworks, NVIDIA',
    kind: 'KEY',
    source: String.raw`(?:gsk_|xai-|r8_|pplx-|fw_|nvapi-|tgp_v1_)[\w-]{16,120}`,
  },
  {
    service: 'Notion, Linear, Figma, Airtable, Postman',
    kind: 'KEY',
    source:
      String.raw`(?:ntn_|secret_|lin_api_|lin_oauth_|figd_|PMAK-)[\w-]{20,120}|pat[A-Za` +
      String.raw`-z0-9]{14}\.[0-9a-f]{64}`,
  },
  {
    service: 'Shopify, Square',
    kind: 'KEY',
    source: String.raw`shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}|(?:EAAA|sq0[a-z]{3}-)[\w-]{22,100}`,
  },
  {
    service: 'New Relic, Grafana, Sentry, Databricks, Terraform',
    kind: 'KEY',
    source:
      String.raw`NRAK-[A-Z0-9]{27}|gl(?:c|sa)_[\w+/=-]{30,300}|sntry[su]_[\w+/=-]{30,30` +
      String.raw`0}|dapi[0-9a-f]{32}|[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,90}`,
  },
  {
    service: 'Azure',
    kind: 'KEY',
    source:
      String.raw`(?<=(?:AccountKey|SharedAccessKey|SharedAccessSignature|sig|[?&]code)=` +
      String.raw`)[A-Za-z0-9+/%=_-]{20,200}|[A-Za-z0-9+/]{52}JQQJ99[A-Za-z0-9+/]{26}|\w{` +
      String.raw`3}8Q~[\w~.-]{31,34}`,
  },
  { service: 'age', kind: 'KEY', source: String.raw`AGE-SECRET-KEY-1[A-Z0-9]{58}` },
  {
    service: 'JSON web tokens',
    kind: 'TOKEN',
    source: String.raw`eyJ[\w-]{8,2000}\.[\w-]{8,8000}(?:\.[\w-]{0,2000}){0,3}`,
  },
];

const bySource = (kind: 'KEY' | 'TOKEN') =>
  new RegExp(
    String.raw`(?<![A-Za-z0-9])(?:${secretForms
      .filter(form => form.kind === kind)
      .map(({ source }) => source)
      .join('|')})`,
    'g',
  );
const keyPattern = bySource('KEY');
const tokenPattern = bySource('TOKEN');

// After the word that says so. The scheme of a header is any, in letters of either case.
const authorization = new RegExp(
  String.raw`\b(?:bearer|basic|token|apikey|digest)[ \t:]{1,3}["']?(?=[\w.~+/-]{0,3` +
    String.raw`00}\d|[\w.~+/-]{40})[\w.~+/-]{12,2000}={0,2}`,
  'gi',
);
const inAddress =
  /(?<=\b[a-z][a-z\d+.-]{1,20}:\/\/[^\s:@/"'<>]{0,64}:)[^\s/"'<>]{1,128}(?=@[\w[])/gi;

const blockBegin = /-{3,5} ?BEGIN [A-Z0-9 ]{0,40}(?:PRIVATE|SECRET) KEY(?: BLOCK)? ?-{3,5}/g;
const blockEnd = /-{3,5} ?END [A-Z0-9 ]{0,40}(?:PRIVATE|SECRET) KEY(?: BLOCK)? ?-{3,5}/g;

/** Finds keys, tokens and what stands where a password stands in an address. */
export function findSecrets(text: string): PersonalDatum[] {
  const found: PersonalDatum[] = [];
  const all = (pattern: RegExp, kind: string) => {
    for (const { index, 0: words } of text.matchAll(pattern))
      found.push({ start: index, end: index + words.length, kind });
  };
  all(keyPattern, 'KEY');
  if (text.includes('eyJ')) all(tokenPattern, 'TOKEN');
  for (const { index, 0: words } of text.matchAll(authorization)) {
    const skipped = /^\w{5,6}[ \t:]{1,3}["']?/.exec(words)?.[0].length ?? 0;
    found.push({ start: index + skipped, end: index + words.length, kind: 'TOKEN' });
  }
  if (text.includes('://')) all(inAddress, 'KEY');
  if (text.includes('KEY')) found.push(...keyBlocks(text));
  return found;
}

// A block without its end reaches to the end of the text, one without its beginning as far back as
// its lines go.
function keyBlocks(text: string): PersonalDatum[] {
  const found: PersonalDatum[] = [];
  let after = 0;
  for (const { index: start } of text.matchAll(blockBegin)) {
    if (start < after) continue;
    blockEnd.lastIndex = start;
    const end = blockEnd.exec(text);
    after = end ? end.index + end[0].length : text.length;
    found.push({ start, end: after, kind: 'KEY' });
    if (!end) break;
  }
  blockEnd.lastIndex = 0;
  for (const { index, 0: words } of text.matchAll(blockEnd)) {
    if (index < after) continue;
    const start = startOfLines(text, index);
    found.push({ start, end: index + words.length, kind: 'KEY' });
  }
  return found;
}

const longestLine = 200;

// Where the whole lines of base64 before a place begin.
function startOfLines(text: string, end: number): number {
  let at = end;
  while (at > 0 && end - at < 16_384) {
    const from = Math.max(0, at - longestLine);
    const start = from + text.slice(from, at - 1).lastIndexOf('\n') + 1;
    const line = text.slice(start, at).trim();
    if (!/^(?:[A-Za-z0-9+/=]{4,128}|(?:Proc-Type|DEK-Info): [\w,-]{1,80})?$/.test(line)) break;
    at = start;
  }
  return at;
}
