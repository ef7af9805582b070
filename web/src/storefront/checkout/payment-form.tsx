import { type FormEvent, useRef, useState } from 'react';
import type { Order } from '#sdk/contract/order.ts';
import { Button } from '../../shared/button.tsx';
import { Field, TextField } from '../../shared/field.tsx';
import { formatMoney } from '../../shared/money.tsx';
import { checkoutTexts as texts } from '../texts/checkout-texts.ts';
import {
  type CustomerDraft,
  type CustomerErrors,
  customerErrors,
  customerOf,
  keepCustomer,
  keptCustomer,
} from './customer.ts';
import { PaymentMethods } from './payment-methods.tsx';
import type { CheckoutVisit } from './use-checkout.ts';

interface PaymentFormProps {
  readonly order: Order;
  readonly visit: CheckoutVisit;
}

/** Where the goods go, and how they are paid. What is wrong with a field is said when it is left, and before sending. */
export function PaymentForm({ order, visit }: PaymentFormProps) {
  const form = useRef<HTMLFormElement>(null);
  const { draft, errors, edit, check, checkAll } = useCustomerDraft();
  const [method, setMethod] = useState<string>(texts.methods[0][0]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (checkAll()) visit.pay(method, customerOf(draft));
    else requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid]')?.focus());
  };
  const field = (name: keyof CustomerDraft) => ({
    name,
    value: draft[name],
    error: errors[name],
    onChange: ({ target }: { readonly target: { readonly value: string } }) => edit(name, target.value),
    onBlur: () => check(name),
  });
  return (
    <form ref={form} noValidate onSubmit={submit} className="grid gap-8">
      <fieldset className="grid gap-4">
        <legend className="mb-4 text-lg font-semibold">{texts.delivery}</legend>
        <Field {...field('name')} label={texts.name} autoComplete="name" required />
        <div className="grid items-start gap-4 sm:grid-cols-2">
          <Field
            {...field('email')}
            label={texts.email}
            hint={texts.emailHint}
            type="email"
            autoComplete="email"
            required
          />
          <Field {...field('phone')} label={texts.phone} hint={texts.phoneHint} type="tel" autoComplete="tel" />
        </div>
        <TextField
          {...field('address')}
          label={texts.address}
          hint={texts.addressHint}
          autoComplete="street-address"
          rows={3}
          required
        />
      </fieldset>
      <PaymentMethods value={method} onChange={setMethod} />
      <Button type="submit" size="large" busy={visit.asking !== null}>
        {texts.pay(formatMoney(order.total_minor, order.currency))}
      </Button>
    </form>
  );
}

function useCustomerDraft() {
  const [draft, setDraft] = useState<CustomerDraft>(keptCustomer);
  const [errors, setErrors] = useState<CustomerErrors>({});
  const edit = (name: keyof CustomerDraft, value: string) => {
    const next = { ...draft, [name]: value };
    keepCustomer(next);
    setDraft(next);
    // Once it is right, it is no longer called wrong.
    if (errors[name] && !customerErrors(next)[name]) setErrors(without(errors, name));
  };
  const check = (name: keyof CustomerDraft) => {
    const error = customerErrors(draft)[name];
    setErrors(error && draft[name] !== '' ? { ...errors, [name]: error } : without(errors, name));
  };
  const checkAll = () => {
    const found = customerErrors(draft);
    setErrors(found);
    return Object.keys(found).length === 0;
  };
  return { draft, errors, edit, check, checkAll };
}

function without(errors: CustomerErrors, name: keyof CustomerErrors): CustomerErrors {
  const { [name]: _, ...others } = errors;
  return others;
}
