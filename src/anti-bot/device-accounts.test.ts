import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DeviceAccounts } from './device-accounts.ts';

test('a device brings as many accounts to a sale as it may, however often and in which order they come', () => {
  const visits = fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 60 });
  fc.assert(
    fc.property(visits, fc.integer({ min: 1, max: 6 }), (accounts, maxAccounts) => {
      const devices = new DeviceAccounts(maxAccounts);
      const first = [...new Set(accounts)].slice(0, maxAccounts);
      const admitted = accounts.map((account) => devices.admits('sale', 'device', `user-${account}`, 0));
      expect(admitted).toEqual(accounts.map((account) => first.includes(account)));
    }),
  );
});

test('neither devices nor sales count against each other', () => {
  const devices = new DeviceAccounts(1);
  expect(devices.admits('sale', 'device', 'ann', 0)).toBe(true);
  expect(devices.admits('sale', 'device', 'bob', 0)).toBe(false);
  expect(devices.admits('sale', 'another device', 'bob', 0)).toBe(true);
  expect(devices.admits('another sale', 'device', 'bob', 0)).toBe(true);
});
