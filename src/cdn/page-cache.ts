/** A content delivery network that keeps pages until it is told to forget them. */
export interface PageCache {
  /**
   * Has it forget one page, and resolves when it says that it will.
   *
   * @param path from the root of the site: `/sales/…`
   * @throws PageCacheUnavailable when it does not answer, or refuses
   */
  purge(path: string): Promise<void>;
}

/** The network has not said that it forgot the page. Asking again does no harm. */
export class PageCacheUnavailable extends Error {
  readonly code = 'page_cache_unavailable';
  readonly retryable = true;
}
