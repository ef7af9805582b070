import { type ComponentType, lazy, useState } from 'react';

/** A page whose code is loaded when it is shown. */
export interface LazyPage {
  readonly Page: ComponentType;
  /** Loads the code ahead. A page whose code is there shows at once. */
  readonly preload: () => Promise<unknown>;
}

/** @param load `async () => (await import('./sale/sale-page.tsx')).SalePage` */
export function lazyPage(load: () => Promise<ComponentType>): LazyPage {
  let loaded: ComponentType | null = null;
  const preload = async () => {
    loaded = await load();
    return { default: loaded };
  };
  const Later = lazy(preload);
  function Page() {
    // Decided once: another component in its place would begin anew.
    const [Component] = useState(() => loaded ?? Later);
    return <Component />;
  }
  return { Page, preload };
}
