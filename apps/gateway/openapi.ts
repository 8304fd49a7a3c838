import * as z from 'zod';
import type { Route } from './exchange.ts';
import { controlHeaders } from './policy/slips.ts';

const problem = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['message', 'type', 'param', 'code'],
      properties: {
        message: { type: 'string' },
        type: { type: 'string' },
        param: { type: ['string', 'null'] },
        code: { type: 'string' },
      },
    },
  },
};

/** Writes the OpenAPI document of a table of routes. */
export function openapiDocument(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    paths[route.path] ??= {};
    paths[route.path]![route.method] = operation(route);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tandem',
      version: '1',
      description: 'Models and collaboration patterns behind an OpenAI-compatible interface.',
    },
    components: {
      schemas: { Problem: problem },
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
    },
    paths,
  };
}

function operation(route: Route): object {
  const { path, method, summary, scope, answer, works } = route;
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
      name,
      in: 'path',
      required: true,
      schema: { type: 'string' },
    })),
    ...Object.entries(route.query ?? {}).map(([name, description]) => ({
      name,
      in: 'query',
      description,
      schema: { type: 'string' },
    })),
    ...(works
      ? controlHeaders.map(name => ({ name, in: 'header', schema: { type: 'string' } }))
      : []),
  ];
  const place = path.replace(/\W+(\w)?/g, (_, letter: string = '') => letter.toUpperCase());
  return {
    operationId: `${method}${place}`,
    summary,
    ...(scope !== undefined && { security: [{ key: [] }, {}], 'x-tandem-scope': scope }),
    ...(parameters.length > 0 && { parameters }),
    ...bodyOf(route),
    responses: {
      200: { description: answer, content: contentOf(route) },
      default: {
        description: 'A refusal.',
        content: { 'application/json': { schema: refOf('Problem') } },
      },
    },
  };
}

function bodyOf({ request, upload }: Route): object {
  if (upload) {
    const schema = {
      type: 'object',
      required: ['file'],
      properties: {
        file: { type: 'string', format: 'binary' },
        purpose: { type: 'string' },
        label: { enum: ['cloud-allowed', 'extracts', 'local-only'] },
      },
    };
    return { requestBody: { required: true, content: { 'multipart/form-data': { schema } } } };
  }
  if (!request) return {};
  const { $schema: _dialect, ...schema } = z.toJSONSchema(request, { io: 'input' });
  return { requestBody: { required: true, content: { 'application/json': { schema } } } };
}

function contentOf({ replies, streams }: Route): object {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(replies, { io: 'output' });
  const events = { 'text/event-stream': { schema: { type: 'string' } } };
  const isText = schema.type === 'string';
  if (isText) return streams ? events : { 'text/plain': { schema } };
  return { 'application/json': { schema }, ...(streams && events) };
}

function refOf(name: string) {
  return { $ref: `#/components/schemas/${name}` };
}
