import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import type { Config } from '../config/config.ts';
import { adminTokenPath, type Secrets } from '../config/secrets.ts';

interface BannerFacts {
  readonly url: string;
  readonly config: Config;
  readonly secrets: Secrets;
  readonly demoSale: AdminSale | null;
}

/** What somebody who has just started the server wants to know. */
export function bannerText({ url, config, secrets, demoSale }: BannerFacts): string {
  const lines = [
    `Tidegate ${config.build.version} at ${url}`,
    `  API reference  ${url}/docs`,
    `  Admin token    ${adminTokenText(config, secrets)}`,
    `  Data           ${config.dataDir}`,
  ];
  if (config.payment.kind === 'simulated') lines.push('  Payments       simulated: pm_ok, pm_declined, pm_timeout');
  if (demoSale)
    lines.push(`  Demo sale      live until ${demoSale.ends_at}. Buy one:`, '', tryIt(url, config, demoSale));
  return `\n${lines.join('\n')}\n`;
}

/** The token itself is shown only when it is new, and never where production logs are collected. */
function adminTokenText({ tokens, dataDir, production }: Config, { adminToken, adminTokenIsNew }: Secrets): string {
  if (tokens.admin) return 'the one in ADMIN_TOKEN';
  const path = adminTokenPath(dataDir);
  return adminTokenIsNew && !production ? `${adminToken} (new; kept in ${path})` : `in ${path}`;
}

/** One line to paste, which buys as a new guest each time. */
function tryIt(url: string, { auth }: Config, { sale_id, items }: AdminSale): string {
  const token =
    auth.mode === 'guest'
      ? `$(curl -sX POST ${url}/api/v1/session | sed 's/.*"token":"\\([^"]*\\)".*/\\1/')`
      : '$USER_TOKEN';
  const body = JSON.stringify({ sku_id: items[0]?.sku_id, quantity: 1 });
  return (
    `curl -sX POST ${url}/api/v1/flash-sale/${sale_id}/purchase -H "Authorization: Bearer ${token}"` +
    ` -H 'Idempotency-Key: first-try' -H 'Content-Type: application/json' -d '${body}'`
  );
}
