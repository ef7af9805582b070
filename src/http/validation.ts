import { Ajv, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify';
import type { FieldProblem } from '#sdk/contract/problem.ts';

/** As much as a caller needs to mend a request, and no more than a bounded answer. */
const MAX_FIELD_PROBLEMS = 20;

/** Sizes are bounded by the body limit and the schemas, so looking for all errors costs a bounded time. */
const strict = new Ajv({ allErrors: true, strictTypes: false });
/** Query strings and paths are text: `"50"` stands for 50 there, and only there. A default in a change would change. */
const coercing = new Ajv({ allErrors: true, useDefaults: true, strictTypes: false, coerceTypes: true });
for (const ajv of [strict, coercing]) addFormats.default(ajv);

export const compileValidator: FastifySchemaCompiler<object> = ({ schema, httpPart }) =>
  (httpPart === 'querystring' || httpPart === 'params' ? coercing : strict).compile(schema);

interface ValidationError extends Error {
  readonly validation: FastifySchemaValidationError[];
}

export function isValidationError(error: unknown): error is ValidationError {
  return error instanceof Error && 'validation' in error && Array.isArray(error.validation);
}

/** One entry a wrong field. What a combination of schemas adds on top of its parts says nothing to a caller. */
export function fieldProblems({ validation }: ValidationError): FieldProblem[] {
  const found = validation.filter((error) => !(error.keyword in COMBINATIONS) || validation.length === 1);
  const problems = (found.length > 0 ? found : validation.slice(0, 1)).map(fieldProblem);
  const distinct = new Map(problems.map((problem) => [`${problem.field} ${problem.message}`, problem]));
  return [...distinct.values()].slice(0, MAX_FIELD_PROBLEMS);
}

const COMBINATIONS: Readonly<Record<string, true>> = { oneOf: true, anyOf: true, allOf: true, not: true, if: true };

function fieldProblem(error: FastifySchemaValidationError): FieldProblem {
  const params = error.params as ErrorObject['params'];
  const path = error.instancePath.slice(1).split('/').filter(Boolean).map(unescapePointer);
  switch (error.keyword) {
    case 'required':
      return { field: [...path, params.missingProperty].join('.'), message: 'is required' };
    case 'additionalProperties':
      return { field: [...path, params.additionalProperty].join('.'), message: 'is not known' };
    case 'enum':
      return { field: path.join('.'), message: `must be one of ${params.allowedValues.join(', ')}` };
    case 'pattern':
      return { field: path.join('.'), message: 'contains what it may not, or is empty or too long' };
    case 'format':
      return { field: path.join('.'), message: `must be a valid ${params.format}` };
    default:
      return { field: path.join('.'), message: error.message ?? 'is not valid' };
  }
}

/** RFC 6901. */
function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~');
}
