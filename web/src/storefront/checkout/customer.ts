import type { Customer } from '#sdk/contract/fields.ts';
import { keep, readKept } from '../buyer/kept.ts';
import { FIELD_TEXTS } from '../texts/checkout-texts.ts';

/** What stands in the form. */
export type CustomerDraft = Readonly<Record<keyof Customer, string>>;

export type CustomerErrors = Partial<Record<keyof Customer, string>>;

const KEY = 'customer';
const EMPTY: CustomerDraft = { name: '', email: '', phone: '', address: '' };

/** Kept for this tab alone: a reload costs no typing, and a shared computer tells nothing. */
export function keptCustomer(): CustomerDraft {
  return { ...EMPTY, ...readKept<CustomerDraft>(KEY, 'session') };
}

export function keepCustomer(draft: CustomerDraft): void {
  keep(KEY, draft, 'session');
}

/** The rules of the contract, checked before anything is sent. */
export function customerErrors({ name, email, phone, address }: CustomerDraft): CustomerErrors {
  const isName = name.trim() !== '' && name.length <= 200;
  const isEmail = /^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(email.trim()) && email.length <= 254;
  const isPhone = phone.trim() === '' || /^\+?[0-9 ()./-]{3,40}$/.test(phone.trim());
  const isAddress = address.trim() !== '' && address.length <= 1000;
  return {
    ...(!isName && { name: FIELD_TEXTS.name }),
    ...(!isEmail && { email: FIELD_TEXTS.email }),
    ...(!isPhone && { phone: FIELD_TEXTS.phone }),
    ...(!isAddress && { address: FIELD_TEXTS.address }),
  };
}

export function customerOf({ name, email, phone, address }: CustomerDraft): Customer {
  return {
    name: name.trim(),
    email: email.trim(),
    address: address.trim(),
    ...(phone.trim() !== '' && { phone: phone.trim() }),
  };
}
