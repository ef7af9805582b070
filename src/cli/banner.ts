import type { AdminSale } from '#sdk/contract/admin-sale.ts';
import type { Config } from '../config/config.ts';
import { adminTokenPath, type Secrets } from '../config/secrets.ts';
import type { DemoSales } from './demo-sale.ts';

interface BannerFacts {
  readonly url: string;
  readonly config: Config;
  readonly secrets: Secrets;
  readonly demoSales: DemoSales | null;
}

/** What somebody who has just started the server wants to know. */
export function bannerText({ url, config, secrets, demoSales }: BannerFacts): string {
  if (config.role === 'processor') return `\nTidegate ${config.build.version}, processor, at ${url}\n`;
  const lines = [
    `Tidegate ${config.build.version} at ${url}`,
    `  Storefront     ${url}/`,
    `  Console        ${url}/admin`,
    `  API reference  ${url}/docs`,
    `  Admin token    ${adminTokenText(config, secrets)}`,
    `  Data           ${config.dataDir}`,
  ];
  if (config.payment.kind === 'simulated') lines.push('  Payments       simulated: pm_ok, pm_declined, pm_timeout');
  if (demoSales) lines.push(...demoLines(url, config, demoSales));
  return `\n${lines.join('\n')}\n`;
}

function demoLines(url: string, config: Config, { live, queued }: DemoSales): string[] {
  return [
    `  Waiting room   ${url}/sales/${queued.sale_id}/queue, the sale starts at ${queued.starts_at}`,
    `  Demo sale      live until ${live.ends_at}. Buy one:`,
    '',
    tryIt(url, config, live),
  ];
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
