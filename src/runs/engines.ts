/** The engines of the store, a line each. */
export { memoryEngine } from './memory/engine.ts';
export { postgresEngine } from './postgres/engine.ts';
export { sqliteEngine } from './sqlite/engine.ts';
