import pino, { type Logger } from 'pino';
import { traceFields } from './tracing.ts';

export type { Logger };

/** Where PostgreSQL says which row failed a constraint, and with what in its columns. */
const ROW_CONTENT = ['error.detail', 'error.where'];
/** The command that Redis refused: keys with addresses and users in them, whole orders. */
const COMMAND_CONTENT = ['error.command.args'];

/** JSON lines on standard output. Tokens, keys and personal data never reach a line. */
export function createLogger(level: string, destination?: pino.DestinationStream): Logger {
  const options: pino.LoggerOptions = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    mixin: traceFields,
    messageKey: 'message',
    errorKey: 'error',
    formatters: { level: (label) => ({ level: label }) },
    redact: [...ROW_CONTENT, ...COMMAND_CONTENT],
  };
  return destination ? pino(options, destination) : pino(options);
}
