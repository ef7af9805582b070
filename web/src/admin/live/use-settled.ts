import { useEffect, useState } from 'react';

/** Has the value been the same for some time? From the beginning it has. */
export function useSettled(value: unknown, afterMs: number): boolean {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), afterMs);
    return () => clearTimeout(timer);
  }, [value, afterMs]);
  return settled === value;
}
