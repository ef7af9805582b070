import type { FastifyRequest } from 'fastify';
import type { Operator } from '../../engine/operator.ts';

/** May who asks see whom the goods go to? Viewers see everything else. */
export function seesCustomers({ caller }: FastifyRequest): boolean {
  return caller?.kind === 'operator';
}

/** Who changes something, for the audit log. */
export function operatorOf({ caller, id: correlationId }: FastifyRequest): Operator {
  if (caller?.kind !== 'operator') throw new TypeError('the operation asks for no operator');
  return { actor: caller.kind, correlationId };
}
