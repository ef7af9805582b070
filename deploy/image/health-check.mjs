/** Exits with 0 while the server of this container is ready, otherwise with 1 and its answer. Argument: another URL. */
const port = process.env.PORT || (process.env.ROLE === 'processor' ? '9090' : '8000');
const url = process.argv[2] ?? `http://127.0.0.1:${port}/health/ready`;
const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
if (!response.ok) {
  process.stderr.write(`${await response.text()}\n`);
  process.exitCode = 1;
}
