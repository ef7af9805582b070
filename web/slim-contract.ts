import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import type { Operation } from '../sdk/src/contract/operation.ts';
import { clientOperations } from '../sdk/src/contract/operations.ts';

const OPERATIONS = fileURLToPath(new URL('../sdk/src/contract/operations.ts', import.meta.url));

/**
 * Gives browsers the operations of the contract without their schemas, of which the SDK's client looks at the names
 * alone: a tenth of the size, and no schema library.
 */
export function slimContract(): Plugin {
  const slim = Object.fromEntries(Object.entries(clientOperations).map(([name, one]) => [name, slimOperation(one)]));
  return {
    name: 'slim-contract',
    enforce: 'pre',
    load: (id) => (id === OPERATIONS ? `export const clientOperations = ${JSON.stringify(slim)};` : null),
  };
}

function slimOperation({
  id,
  method,
  path,
  auth,
  params,
  body,
  responses,
  idempotencyKey,
  repeatable,
  stream,
}: Operation) {
  return {
    ...{ id, method, path, auth, idempotencyKey, repeatable, stream },
    ...(params && { params: { properties: namesOf(params.properties) } }),
    ...(body && { body: {} }),
    responses: namesOf(responses),
  };
}

/** The same names, with nothing behind them. */
function namesOf(fields: object): Readonly<Record<string, true>> {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, true]));
}
