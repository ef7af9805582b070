import type { FastifyRequest } from 'fastify';
import type { Operator } from '../../engine/operator.ts';

/** Who changes something, for the audit log. */
export function operatorOf({ caller, id: correlationId }: FastifyRequest): Operator {
  if (caller?.kind !== 'operator') throw new TypeError('the operation asks for no operator');
  return { actor: caller.kind, correlationId };
}
