import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import * as answers from '../answers.ts';
import { type Reply, type Route, route } from '../exchange.ts';
import { forbidden, notFound } from '../wire/problem.ts';

// Beside the bundle, or in the build of a checkout.
const folders = ['../studio/', './studio/', '../../../dist/studio/'].map(
  path => new URL(path, import.meta.url),
);

const contentTypes: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
};

// No script but the page's own, nothing from elsewhere, and no text ever becomes markup.
const policy = [
  "default-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const guards = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** The routes of the page: itself, and the files that it is made of. */
export const pageRoutes: readonly Route[] = [
  pageRoute('/studio', 'Show the page: runs, what left, what was saved.'),
  pageRoute('/studio/', 'Show the page.'),
  pageRoute('/studio/{file}', 'Return a file that the page names, such as its licences.'),
  pageRoute('/studio/assets/{file}', 'Return a script or a style of the page.'),
];

/** Changes the code of an address for the key of the page. */
export const openSession = route({
  method: 'post',
  path: '/studio/session',
  summary: 'Change the code of an opened page for its key; a code is good once, for a minute.',
  scope: undefined,
  request: z.strictObject({ code: z.string().max(64) }),
  replies: z.object({ object: z.literal('session'), key: z.string() }),
  answer: 'The key.',
  handle({ services, body }) {
    const key = services.studio.door.redeem(body.code);
    if (key !== undefined)
      return { headers: { 'cache-control': 'no-store' }, body: { object: 'session', key } };
    throw forbidden(
      'This code of the page was used, or a minute has passed. Open the address that the server ' +
        'printed.',
      'code_used',
    );
  },
});

function pageRoute(path: string, summary: string): Route {
  const isAsset = path.includes('/assets/');
  return {
    method: 'get',
    path,
    summary,
    scope: undefined,
    replies: answers.plainText,
    answer: 'The file.',
    handle: ({ params }) =>
      fileReply(isAsset ? `assets/${params.file}` : (params.file ?? 'index.html')),
  };
}

const known = new Map<string, Buffer<ArrayBuffer>>();

async function fileReply(name: string): Promise<Reply> {
  if (!/^(?:assets\/)?[\w-]+(?:\.[\w-]+)*$/.test(name)) throw noFile(name);
  const text = known.get(name) ?? (await fileNamed(name));
  if (!text) {
    if (name === 'index.html') return { ...notBuilt, status: 404 };
    throw noFile(name);
  }
  // A build names its assets by their content.
  const caching = name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache';
  const contentType = contentTypes[name.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
  return { text, contentType, headers: { ...guards, 'cache-control': caching } };
}

async function fileNamed(name: string): Promise<Buffer<ArrayBuffer> | undefined> {
  for (const folder of folders) {
    try {
      const bytes = (await readFile(fileURLToPath(new URL(name, folder)))) as Buffer<ArrayBuffer>;
      // What a checkout builds changes while a server runs.
      if (name.startsWith('assets/')) known.set(name, bytes);
      return bytes;
    } catch {
      // It lies in another folder, or nowhere.
    }
  }
  return undefined;
}

const notBuilt = {
  text: 'The page is not built. Run `npm run build` in the checkout, and load it again.\n',
  contentType: 'text/plain; charset=utf-8',
};

function noFile(name: string) {
  return notFound(`The page has no file "${name.slice(0, 64)}". Open /studio/.`);
}
