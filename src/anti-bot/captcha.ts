/** What a CAPTCHA provider says about the one who brought a token. */
export interface CaptchaVerdict {
  /** Was the token given out for this site, for a task that was solved, and not used before? */
  readonly ok: boolean;
  /** How much like a person, from 0 to 1. Null: the provider says only yes or no. */
  readonly score: number | null;
}

export interface CaptchaVerifier {
  /**
   * A token is good for one call.
   *
   * @param address of the client, as far as it is known
   * @throws CaptchaUnavailable when the provider gives no verdict
   */
  verify(token: string, address: string): Promise<CaptchaVerdict>;
}

/** Nobody can say whether the token is good: the provider does not answer, or refuses to be asked. */
export class CaptchaUnavailable extends Error {
  readonly code = 'captcha_unavailable';
  readonly retryable = true;
}
