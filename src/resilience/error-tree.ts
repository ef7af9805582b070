/** An error and whatever led to it, the outermost first. */
export function errorTree(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const parts: unknown[] = error instanceof AggregateError ? error.errors : [];
  return [error, ...[error.cause, ...parts].flatMap(errorTree)];
}

/** OpenSSL's names for what can be wrong with the certificate of a server, and Node's for one of another server. */
const CERTIFICATE_CODE =
  /^(ERR_TLS_CERT_\w+|CERT_\w+|UNABLE_TO_(GET|VERIFY|DECODE)_\w+|(DEPTH_ZERO_)?SELF_SIGNED_CERT\w*|INVALID_CA|HOSTNAME_MISMATCH)$/;

/** Why the certificate of a server is not trusted. Undefined: that is not what went wrong. */
export function certificateFault(error: unknown): Error | undefined {
  return errorTree(error).find((part) => 'code' in part && CERTIFICATE_CODE.test(String(part.code)));
}
