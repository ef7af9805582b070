import type { SaleSnapshot, Store } from '../../src/store/store.ts';

/** The store, except that its snapshots have been tampered with. */
export function tamperedStore(store: Store, tamper: (snapshot: SaleSnapshot) => SaleSnapshot): Store {
  return new Proxy<Store>(store, {
    get(real, name) {
      if (name === 'snapshot') {
        return async (id: string) => {
          const snapshot = await real.snapshot(id);
          return snapshot && tamper(snapshot);
        };
      }
      const member = Reflect.get(real, name, real);
      return typeof member === 'function' ? member.bind(real) : member;
    },
  });
}
