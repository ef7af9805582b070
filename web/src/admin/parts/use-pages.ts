import { keepPreviousData, type QueryKey, useInfiniteQuery } from '@tanstack/react-query';

export interface PageOf<Entry> {
  readonly entries: readonly Entry[];
  readonly next_cursor: string | null;
}

/** The pages of a list that were read so far, as one. */
export interface Pages<Entry> {
  readonly entries: readonly Entry[];
  /** Nothing has come yet. */
  readonly isLoading: boolean;
  /** What is shown is of another filter: the right one is on its way. */
  readonly isStale: boolean;
  readonly error: unknown;
  readonly hasMore: boolean;
  readonly isLoadingMore: boolean;
  readonly loadMore: () => void;
  readonly reload: () => void;
}

/** Reads a list page by page; `key` names the list and what narrows it. `everyMs`: and again and again. */
export function usePages<Entry>(
  key: QueryKey,
  load: (page: { readonly cursor?: string }) => Promise<PageOf<Entry>>,
  { everyMs = null }: { readonly everyMs?: number | null } = {},
): Pages<Entry> {
  const query = useInfiniteQuery({
    queryKey: key,
    queryFn: ({ pageParam }) => load(pageParam === null ? {} : { cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
    refetchInterval: everyMs ?? false,
  });
  return {
    entries: query.data?.pages.flatMap((page) => page.entries) ?? [],
    isLoading: query.isPending,
    isStale: query.isPlaceholderData,
    error: query.error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => void query.fetchNextPage(),
    reload: () => void query.refetch(),
  };
}
