// Without schemas: browsers load this file, and would load the schema library with them.

/**
 * Sent with every call that an admin session signs, which no other site can do. `active`: a person is at the page, and
 * the session is prolonged; `idle`: the page asks by itself, and it is not.
 */
export const CONSOLE_HEADER = 'x-tidegate-console';

/**
 * Sent with every call of a page of the storefront that comes with the buyer's session in place of a token, which no
 * other site can do.
 */
export const STOREFRONT_HEADER = 'x-tidegate-storefront';
