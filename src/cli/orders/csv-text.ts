import type { AdminOrder } from '#sdk/contract/order.ts';

const CSV_COLUMNS: Readonly<Record<string, (order: AdminOrder) => string | number | null | undefined>> = {
  order_id: (order) => order.order_id,
  sale_id: (order) => order.sale_id,
  user_id: (order) => order.user_id,
  status: (order) => order.status,
  fulfilment: (order) => order.fulfilment,
  items: ({ items }) => items.map(({ sku_id, quantity }) => `${quantity} x ${sku_id}`).join('; '),
  total_minor: (order) => order.total_minor,
  currency: (order) => order.currency,
  reserved_at: (order) => order.reserved_at,
  payment_deadline: (order) => order.payment_deadline,
  reason: (order) => order.reason,
  payment_status: (order) => order.payment?.status,
  customer_name: (order) => order.customer?.name,
  customer_email: (order) => order.customer?.email,
  customer_phone: (order) => order.customer?.phone,
  customer_address: (order) => order.customer?.address,
  correlation_id: (order) => order.correlation_id,
};

/** What a spreadsheet takes for the beginning of a formula. */
const FORMULA_START = /^[=+\-@\t\r]/;

export function csvHeader(): string {
  return line(Object.keys(CSV_COLUMNS));
}

/** One line per order. */
export function csvLine(order: AdminOrder): string {
  return line(Object.values(CSV_COLUMNS).map((textOf) => String(textOf(order) ?? '')));
}

function line(texts: readonly string[]): string {
  return `${texts.map(cell).join(',')}\r\n`;
}

/** RFC 4180. A buyer writes some of these texts, and must not get a formula run where the file is opened. */
function cell(text: string): string {
  const inert = FORMULA_START.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
