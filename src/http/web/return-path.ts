const MAX_LENGTH = 500;
/** Printable ASCII that begins with one slash. A backslash would be read as a slash; browsers drop tabs and line ends. */
const PATH = /^\/(?!\/)[!-[\]-~]*$/;

/** Where a buyer comes back to after a sign-in: the path if it leads to a page of this server, else the home page. */
export function returnPathOf(given: string | null): string {
  return given !== null && given.length <= MAX_LENGTH && PATH.test(given) ? given : '/';
}

/** The shop's page for signing in, told where its buyer is to come back to. */
export function loginLink(loginUrl: string, returnTo: string): string {
  const url = new URL(loginUrl);
  url.searchParams.set('return_to', returnTo);
  return url.href;
}
