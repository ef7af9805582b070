/** Under what the details of a sale are kept. */
export function saleKey(saleId: string) {
  return ['sale', saleId] as const;
}
