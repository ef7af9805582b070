export async function purchaseBench(): Promise<void> {}
