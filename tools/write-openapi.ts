import { writeFileSync } from 'node:fs';
import { openapiDocument } from '../apps/gateway/openapi.ts';
import { routes } from '../apps/gateway/routes.ts';

/** Writes the OpenAPI document of the gateway, as a test demands it. */
writeFileSync('docs/openapi.json', `${JSON.stringify(openapiDocument(routes), null, 2)}\n`);
