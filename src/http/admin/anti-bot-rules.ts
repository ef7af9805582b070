import type { AntiBot, AntiBotDraft } from '#sdk/contract/anti-bot.ts';
import type { AntiBotRules, FieldError, SaleDefinition } from '../../domain/sale.ts';

/** The rules that the operator asks for, with the contract's defaults. */
export function antiBotOfDraft(draft: AntiBotDraft | undefined): AntiBotRules | null {
  if (!draft) return null;
  return {
    proofOfWork: draft.proof_of_work ?? false,
    captcha: draft.captcha ?? false,
    minAccountAgeHours: draft.min_account_age_hours ?? 0,
    onePerDevice: draft.one_per_device ?? false,
    onePerPaymentMethod: draft.one_per_payment_method ?? false,
    botAction: draft.bot_action ?? 'refuse',
  };
}

export function antiBotView(rules: AntiBotRules | null): AntiBot {
  if (!rules) return null;
  return {
    proof_of_work: rules.proofOfWork,
    captcha: rules.captcha,
    min_account_age_hours: rules.minAccountAgeHours,
    one_per_device: rules.onePerDevice,
    one_per_payment_method: rules.onePerPaymentMethod,
    bot_action: rules.botAction,
  };
}

/** What a sale asks for and this server cannot do. */
export function serverErrors({ antiBot }: SaleDefinition, hasCaptcha: boolean): FieldError[] {
  if (!antiBot?.captcha || hasCaptcha) return [];
  return [{ field: 'anti_bot.captcha', message: 'needs a server with CAPTCHA_VERIFY_URL and CAPTCHA_SECRET' }];
}
