import { onTestFinished } from 'vitest';
import { type HttpListener, startHttpListener } from './http-listener.ts';

/** What a provider answers. A string goes out as it is; null: nothing ever. */
export type SiteverifyAnswer = { readonly status?: number; readonly body: object | string } | null;

/** A CAPTCHA provider on the loopback, which answers what the test tells it to about a token. Ends with the test. */
export async function startCaptchaService(
  answerTo: (token: string | null, form: URLSearchParams) => SiteverifyAnswer,
): Promise<HttpListener> {
  const service = await startHttpListener((request, response) => {
    const form = new URLSearchParams(request.body);
    const answer = answerTo(form.get('response'), form);
    if (!answer) return;
    const { status = 200, body } = answer;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  onTestFinished(() => service.close());
  return service;
}
