import { useEffect, useRef } from 'react';

/**
 * Runs what moves things on the page: at once, or where a pointer is pressed, after the click. What moves away from
 * under a pointer is not clicked.
 */
export function useAfterPress(): (task: () => void) => void {
  const waiting = useRef<(() => void)[] | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    const options = { capture: true, signal: ending.signal };
    const press = () => {
      waiting.current ??= [];
    };
    const release = () =>
      setTimeout(() => {
        const tasks = waiting.current ?? [];
        waiting.current = null;
        for (const task of tasks) task();
      });
    addEventListener('pointerdown', press, options);
    addEventListener('pointerup', release, options);
    addEventListener('pointercancel', release, options);
    return () => ending.abort();
  }, []);
  return (task) => {
    if (waiting.current) waiting.current.push(task);
    else task();
  };
}
