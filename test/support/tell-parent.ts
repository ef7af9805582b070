/**
 * Sends a message to the process that started this one. Resolves once it is on its way, behind all that were sent
 * before: what is not yet when a process disconnects is lost.
 */
export function tellParent(message: object): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, undefined, undefined, (error) => (error ? reject(error) : resolve()));
  });
}
