import type { Client } from '#sdk/client.ts';

/**
 * Does some work as an operator: through the running server if there is one, and otherwise on `DATA_DIR`, opened in
 * this process for as long as the work takes.
 */
export async function withClient<Result>(work: (client: Client) => Promise<Result>): Promise<Result> {
  // Help and wrong usage need none of it.
  const { connect } = await import('./connection.ts');
  const { client, close } = await connect(process.env);
  try {
    return await work(client);
  } finally {
    await close();
  }
}
