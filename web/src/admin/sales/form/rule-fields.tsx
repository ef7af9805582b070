import { Field } from '../../../shared/field.tsx';
import { Panel } from '../../parts/panel.tsx';
import { saleFormTexts as texts } from '../../texts/sale-form-texts.ts';
import { CheckBox } from './check-box.tsx';
import type { SaleFormControl } from './use-sale-form.ts';

const RULES = [
  ['proof_of_work', texts.proofOfWork],
  ['one_per_device', texts.onePerDevice],
  ['one_per_payment_method', texts.onePerPaymentMethod],
] as const;

/** The rules against bots. Those that are not shown here stay as they are. */
export function RuleFields({ control: { form, change, errorOf } }: { readonly control: SaleFormControl }) {
  const { antiBot } = form;
  return (
    <Panel title={texts.bots}>
      <div className="grid">
        {RULES.map(([rule, label]) => (
          <CheckBox
            key={rule}
            label={label}
            checked={antiBot[rule]}
            onChange={(on) => change({ antiBot: { ...antiBot, [rule]: on } })}
          />
        ))}
      </div>
      <div className="max-w-80">
        <Field
          type="number"
          min={0}
          name="anti_bot.min_account_age_hours"
          label={texts.minAge}
          hint={texts.needsRoom}
          value={antiBot.min_account_age_hours}
          error={errorOf('anti_bot.min_account_age_hours') ?? errorOf('anti_bot.proof_of_work') ?? errorOf('anti_bot')}
          onChange={({ target }) => change({ antiBot: { ...antiBot, min_account_age_hours: Number(target.value) } })}
        />
      </div>
    </Panel>
  );
}
