import * as z from 'zod';
import { type Label, labels } from '../../../src/index.ts';
import * as answers from '../answers.ts';
import type { Exchange, Reply, Route } from '../exchange.ts';
import { pageOf, pageQuery } from '../paging.ts';
import { refuseFormSlips } from '../policy/slips.ts';
import type { FileRow } from '../state-store.ts';
import { keptLabel, stricterLabel } from '../wire/controls.ts';
import { mediaTypeOf } from '../wire/file-part.ts';
import { invalid, notFound, Problem } from '../wire/problem.ts';
import { ignoredWarning } from '../wire/tandem-object.ts';
import { unreadFile } from '../work/unread-file.ts';

const fields = z.object({
  purpose: z.string().max(64).default('user_data'),
  label: z.enum(labels as [Label, ...Label[]]).optional(),
  'expires_after[anchor]': z.literal('created_at').optional(),
  'expires_after[seconds]': z.coerce.number().int().min(1).max(315_360_000).optional(),
});

export const addFile: Route = {
  method: 'post',
  path: '/v1/files',
  summary: 'Keep a file, to be named in messages; `label` says what of it may leave.',
  scope: 'files',
  upload: true,
  replies: answers.file,
  answer: 'The file’s id, name and size.',
  handle: upload,
};

export const listFiles: Route = {
  method: 'get',
  path: '/v1/files',
  summary: 'List the caller’s files, newest first.',
  scope: 'files',
  query: { ...pageQuery, purpose: 'Only files of this purpose.' },
  replies: answers.fileList,
  answer: 'A list of files.',
  async handle({ services, caller, query }) {
    const purpose = query.get('purpose');
    const all = await services.state.files(caller.name);
    const rows = purpose === null ? all : all.filter(row => row.purpose === purpose);
    const page = pageOf(rows, query, { idOf: ({ id }) => id, usual: 10_000, most: 10_000 });
    return { body: { ...page, data: page.data.map(row => fileObject(row)) } };
  },
};

export const getFile: Route = {
  method: 'get',
  path: '/v1/files/{id}',
  summary: 'Describe a file.',
  scope: 'files',
  replies: answers.file,
  answer: 'The file’s id, name and size.',
  handle: async exchange => ({ body: fileObject(await requireFile(exchange)) }),
};

export const getFileContent: Route = {
  method: 'get',
  path: '/v1/files/{id}/content',
  summary: 'Return a file as it came.',
  scope: 'files',
  replies: answers.plainText,
  answer: 'The bytes.',
  async handle(exchange) {
    const { id } = await requireFile(exchange);
    const { bytes } = (await exchange.services.state.file(exchange.caller.name, id))!;
    // Never shown as a page of this server, whatever it holds.
    const headers = { 'content-disposition': 'attachment', 'x-content-type-options': 'nosniff' };
    return { text: bytes, contentType: 'application/octet-stream', headers };
  },
};

export const removeFile: Route = {
  method: 'delete',
  path: '/v1/files/{id}',
  summary: 'Forget a file.',
  scope: 'files',
  replies: answers.deleted,
  answer: '`{ "deleted": true }`',
  async handle(exchange) {
    const { id } = await requireFile(exchange);
    const deleted = await exchange.services.state.removeFile(exchange.caller.name, id);
    return { body: { id, object: 'file', deleted } };
  },
};

async function upload({
  services,
  catalogue,
  caller,
  headers,
  controls,
  bytes,
  signal,
}: Exchange): Promise<Reply> {
  const form = await formOf(bytes, headers);
  refuseFormSlips(form);
  const file = form.get('file');
  if (!(file instanceof Blob))
    throw invalid('The form has no field `file`. Send the file in it.', 'file');
  const given = Object.fromEntries(
    Object.keys(fields.shape).flatMap(name => (form.has(name) ? [[name, form.get(name)]] : [])),
  );
  const parsed = fields.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(
      `\`${String(issue?.path[0])}\` is not valid: ${issue?.message}. Fix it.`,
      String(issue?.path[0]),
    );
  }
  requireRoom(
    (await services.state.keptBytes(caller.name)) + file.size,
    catalogue.settings.limits.keptBytes,
  );
  const name = ('name' in file ? String(file.name) : 'file').slice(0, 255);
  const type = file.type.split(';', 1)[0]!.trim();
  const isTold = type !== '' && type !== 'application/octet-stream';
  const { purpose } = parsed.data;
  const kept = {
    name,
    mediaType: isTold ? type : mediaTypeOf(name),
    bytes: new Uint8Array(await file.arrayBuffer()),
  };
  const row = await services.state.addFile(caller.name, {
    ...kept,
    purpose,
    unread: await unreadFile(kept, { purpose, signal }),
    expiresAt: expiryOf(parsed.data['expires_after[seconds]']),
    label: stricterLabel(parsed.data.label, keptLabel(controls)),
  });
  // What else a form asks is not done here, and said.
  const known = ['file', ...Object.keys(fields.shape)];
  const ignored = [...new Set(form.keys())].filter(key => !known.includes(key));
  return { body: fileObject(row, ignored.map(ignoredWarning)) };
}

function expiryOf(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.floor(Date.now() / 1000) + seconds;
}

async function formOf(bytes: Uint8Array, headers: Headers): Promise<FormData> {
  const type = headers.get('content-type') ?? '';
  try {
    return await new Response(Buffer.from(bytes), { headers: { 'content-type': type } }).formData();
  } catch {
    throw invalid(
      'The body is no multipart form. Send one, with its boundary in `content-type`.',
      undefined,
      'invalid_form',
    );
  }
}

function requireRoom(bytes: number, most: number): void {
  if (bytes <= most) return;
  throw new Problem(
    { status: 413, type: 'invalid_request_error', code: 'storage_full' },
    `Your files would take ${bytes} bytes, of ${most}. Remove some by DELETE /v1/files/ID.`,
  );
}

async function requireFile({ services, caller, params }: Exchange): Promise<FileRow> {
  const row = await services.state.fileRow(caller.name, params.id ?? '');
  if (row) return row;
  throw notFound('There is no such file here. List `/v1/files`.', 'file_not_found');
}

function fileObject(row: FileRow, warnings: readonly string[] = []): object {
  const { id, name, size, purpose, createdAt, label, mediaType, expiresAt, unread } = row;
  const more = { ...(label !== null && { label }), ...(warnings.length > 0 && { warnings }) };
  return {
    id,
    object: 'file',
    bytes: size,
    created_at: createdAt,
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
    filename: name,
    purpose,
    status: unread === undefined ? 'processed' : 'error',
    ...(unread !== undefined && { status_details: unread }),
    tandem: { mediaType, ...more },
  };
}
