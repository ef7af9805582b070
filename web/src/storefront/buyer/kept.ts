/** What this browser keeps for the buyer between pages, by key. A browser that keeps nothing keeps it for this page. */
const memory = new Map<string, string>();

const PREFIX = 'tidegate.';

/** Null where nothing is kept, or where it is of another shape than JSON. */
export function readKept<Value>(key: string, store: StoreName = 'local'): Value | null {
  const text = memory.get(PREFIX + key) ?? fromStorage(store, key);
  if (text === null) return null;
  try {
    return JSON.parse(text) as Value;
  } catch {
    // Somebody else wrote it: as good as nothing.
    return null;
  }
}

/** @param value null forgets it */
export function keep(key: string, value: unknown, store: StoreName = 'local'): void {
  const text = value === null ? null : JSON.stringify(value);
  memory.delete(PREFIX + key);
  try {
    if (text === null) storageOf(store).removeItem(PREFIX + key);
    else storageOf(store).setItem(PREFIX + key, text);
  } catch {
    if (text !== null) memory.set(PREFIX + key, text);
  }
}

/** Forgets everything, for good and for this tab, but what is kept under these keys. */
export function forgetAllBut(keys: readonly string[]): void {
  const stays = new Set(keys.map((key) => PREFIX + key));
  memory.clear();
  for (const name of ['local', 'session'] as const) forgetIn(name, stays);
}

function forgetIn(name: StoreName, stays: ReadonlySet<string>): void {
  try {
    const store = storageOf(name);
    for (const key of Object.keys(store)) if (key.startsWith(PREFIX) && !stays.has(key)) store.removeItem(key);
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}

/** Calls back when another tab has changed the value. Returns the unsubscribe function. */
export function onKeptElsewhere(key: string, listener: () => void): () => void {
  const hear = (event: StorageEvent) => {
    if (event.key === PREFIX + key) listener();
  };
  addEventListener('storage', hear);
  return () => removeEventListener('storage', hear);
}

/** `session`: for this tab alone, and gone with it. */
type StoreName = 'local' | 'session';

function storageOf(store: StoreName): Storage {
  return store === 'local' ? localStorage : sessionStorage;
}

function fromStorage(store: StoreName, key: string): string | null {
  try {
    return storageOf(store).getItem(PREFIX + key);
  } catch {
    return null;
  }
}
