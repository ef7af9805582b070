import { useSearchParams } from 'react-router';

/** What a list is narrowed to, in the page's address: a link to it shows the same, and "back" goes back. */
export function useFilters<Name extends string>(names: readonly Name[]) {
  const [params, setParams] = useSearchParams();
  const filters = Object.fromEntries(names.map((name) => [name, params.get(name)])) as Record<Name, string | null>;
  const setFilter = (name: Name, value: string | null) => {
    setParams((before) => {
      const after = new URLSearchParams(before);
      if (value === null || value === '') after.delete(name);
      else after.set(name, value);
      return after;
    });
  };
  const clear = () => setParams(new URLSearchParams());
  return { filters, setFilter, clear };
}

/** The value if it is one of a list of codes, such as the keys of their texts. */
export function oneOf<Code extends string>(value: string | null, texts: Readonly<Record<Code, unknown>>): Code | null {
  return value !== null && Object.hasOwn(texts, value) ? (value as Code) : null;
}
