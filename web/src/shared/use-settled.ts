import { useEffect, useState } from 'react';

/** The value, once it has not changed for some time. */
export function useSettled<Value extends string | boolean>(value: Value, afterMs: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), afterMs);
    return () => clearTimeout(timer);
  }, [value, afterMs]);
  return settled;
}
