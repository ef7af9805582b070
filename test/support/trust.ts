import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { onTestFinished } from 'vitest';

/** As `NODE_EXTRA_CA_CERTS` does, for the rest of the test. */
export function trust(authority: string): void {
  const trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, authority]);
  onTestFinished(() => setDefaultCACertificates(trusted));
}
