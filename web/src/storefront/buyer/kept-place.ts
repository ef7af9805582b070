import { keep, readKept } from './kept.ts';

/** A place in the waiting room of a sale, as this browser keeps it: it outlives the tab. */
export interface KeptPlace {
  readonly queueToken: string;
  readonly ticket: number;
  /** Null until the draw is made. */
  readonly position: number | null;
  /** How many were ahead when the place was taken: what progress is measured by. Null until that is known. */
  readonly aheadAtFirst: number | null;
}

/** The right to buy, until it runs out. */
export interface KeptAdmission {
  readonly token: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

export const placeKey = (saleId: string) => `place.${saleId}`;
const admissionKey = (saleId: string) => `admission.${saleId}`;
const gaveUpKey = (saleId: string) => `gave-up.${saleId}`;

export function keptPlace(saleId: string): KeptPlace | null {
  return readKept<KeptPlace>(placeKey(saleId));
}

/** @param place null forgets it, and the admission with it */
export function keepPlace(saleId: string, place: KeptPlace | null): void {
  keep(placeKey(saleId), place);
  if (place === null) keepAdmission(saleId, null);
  else keep(gaveUpKey(saleId), null);
}

export function keptAdmission(saleId: string): KeptAdmission | null {
  return readKept<KeptAdmission>(admissionKey(saleId));
}

export function keepAdmission(saleId: string, admission: KeptAdmission | null): void {
  keep(admissionKey(saleId), admission);
}

/** Whoever has given up their place gets no new one without asking for it. */
export function hasGivenUp(saleId: string): boolean {
  return readKept<boolean>(gaveUpKey(saleId)) === true;
}

export function giveUp(saleId: string): void {
  keepPlace(saleId, null);
  keep(gaveUpKey(saleId), true);
}
