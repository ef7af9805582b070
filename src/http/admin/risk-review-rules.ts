import { Value } from 'typebox/value';
import { type RiskReview, type RiskReviewDraft, riskThresholds } from '#sdk/contract/risk-review.ts';
import type { RiskReviewRules } from '../../domain/risk.ts';

const DEFAULTS = Value.Create(riskThresholds);

/** The thresholds that the operator asks for, with the contract's defaults. */
export function riskReviewOfDraft(draft: RiskReviewDraft | undefined): RiskReviewRules | null {
  return draft ? { ...DEFAULTS, ...draft } : null;
}

/** A sale of an earlier version has none. */
export function riskReviewView(rules: RiskReviewRules | null | undefined): RiskReview {
  return rules ? { ...rules } : null;
}
