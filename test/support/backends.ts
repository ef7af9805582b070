import { MissingProgram } from '../../scripts/backends/server-process.ts';

/**
 * Starts a server that tests run against. Null, and a line that says what enables them, when the machine does not
 * have it; with `REQUIRE_BACKENDS=1` that is an error.
 */
export async function orSkip<Server>(name: string, hint: string, start: () => Promise<Server>): Promise<Server | null> {
  try {
    return await start();
  } catch (error) {
    if (!(error instanceof MissingProgram) || process.env.REQUIRE_BACKENDS === '1') throw error;
    console.warn(`SKIPPED: tests on ${name}. ${error.message}: ${hint}.`);
    return null;
  }
}
