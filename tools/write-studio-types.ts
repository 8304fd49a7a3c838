import { readFileSync, writeFileSync } from 'node:fs';

/** Writes the types of what the page is answered, from the OpenAPI document alone. */

interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
}

const names: Readonly<Record<string, string>> = {
  '/v1/runs': 'RunList',
  '/v1/runs/{id}/details': 'RunDetails',
  '/v1/runs/{id}/calls': 'CallList',
  '/v1/runs/{id}/calls/{seq}/content': 'CallContent',
  '/v1/egress': 'EgressList',
  '/v1/runs/{id}/egress/{hash}/content': 'EgressContent',
  '/v1/spend': 'SpendList',
  '/v1/pairs': 'PairList',
  '/v1/calibration': 'Calibrated',
  '/v1/machine': 'Machine',
  '/v1/machine/examined': 'Examined',
  '/v1/runs/{id}/routing': 'Routing',
  '/v1/runs/{id}/replay': 'Replayed',
  '/v1/preview': 'Preview',
};

const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8'));
const types = Object.entries(names).map(([path, name]) => {
  const { schema } = (paths[path].get ?? paths[path].post).responses[200].content[
    'application/json'
  ];
  return `/** What ${path} answers. */\nexport type ${name} = ${typeOf(schema, '')};`;
});
const head = '// Written by `node tools/write-studio-types.ts` from docs/openapi.json.\n\n';
writeFileSync('apps/studio/api-types.ts', `${head}${types.join('\n\n')}\n`);

function typeOf(schema: Schema, indent: string): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const).replaceAll('"', "'");
  if (schema.enum) return schema.enum.map(each => `'${String(each)}'`).join(' | ');
  if (schema.anyOf) return schema.anyOf.map(each => typeOf(each, indent)).join(' | ');
  if (typeof schema.type === 'object')
    return schema.type.map(type => typeOf({ ...schema, type }, indent)).join(' | ');
  switch (schema.type) {
    case 'object':
      return objectOf(schema, indent);
    case 'array':
      return `readonly ${bracketed(typeOf(schema.items ?? {}, indent))}[]`;
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    default:
      return 'unknown';
  }
}

function bracketed(type: string): string {
  return /^[\w']+$|^\{/.test(type) ? type : `(${type})`;
}

function objectOf({ properties, required = [] }: Schema, indent: string): string {
  if (!properties) return 'Readonly<Record<string, unknown>>';
  const inner = `${indent}  `;
  const lines = Object.entries(properties).map(
    ([key, schema]) =>
      `${inner}readonly ${key}${required.includes(key) ? '' : '?'}: ${typeOf(schema, inner)};`,
  );
  return `{\n${lines.join('\n')}\n${indent}}`;
}
