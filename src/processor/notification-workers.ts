import {
  type Channel,
  leaseNotifications,
  type Notification,
  releaseNotificationLeases,
} from '../database/notifications.ts';
import type { KillSwitches } from '../engine/kill-switches.ts';
import { type TellBuyerPorts, tellBuyer } from '../engine/tell-buyer.ts';
import { tellShop } from '../engine/tell-shop.ts';
import type { Notifier, Webhook } from '../notify/notifier.ts';
import { LeaseWorkers } from './lease-workers.ts';

export interface NotificationPorts extends TellBuyerPorts {
  readonly switches: KillSwitches;
  /** Null where the shop has named no webhook. */
  readonly webhooks: Notifier<Webhook> | null;
}

export interface NotificationOptions {
  /** Names this process in its leases. */
  readonly workerId: string;
  /** Mails, and webhooks, sent at the same time. */
  readonly concurrency: number;
}

const POLL_MS = 500;
const LEASE_MS = 60_000;

/** Tells buyers and the shop what is due, apart from each other: one that is slow holds up nobody else. */
export class NotificationWorkers {
  readonly #ports: NotificationPorts;
  readonly #options: NotificationOptions;
  readonly #workers: readonly LeaseWorkers<Notification>[];

  constructor(ports: NotificationPorts, options: NotificationOptions) {
    const { webhooks } = ports;
    this.#ports = ports;
    this.#options = options;
    this.#workers = [
      this.#workersOf('mail', (notification) => tellBuyer(ports, notification)),
      ...(webhooks
        ? [this.#workersOf('webhook', (notification) => tellShop({ ...ports, webhooks }, notification))]
        : []),
    ];
  }

  start(): void {
    for (const workers of this.#workers) workers.start();
  }

  /** Finishes what is under way. */
  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((workers) => workers.stop()));
  }

  #workersOf(channel: Channel, carryOut: (notification: Notification) => Promise<void>): LeaseWorkers<Notification> {
    const { store, ledger, events } = this.#ports;
    const { workerId, concurrency } = this.#options;
    return new LeaseWorkers({
      concurrency,
      pollMs: POLL_MS,
      now: () => store.now(),
      lease: (limit, nowMs) => this.#lease(channel, limit, nowMs),
      releaseLeases: (busyWith) => releaseNotificationLeases(ledger, channel, workerId, busyWith),
      idOf: ({ notificationId }) => notificationId,
      carryOut,
      onFailure: (error) => events.backgroundFailure(`notifications by ${channel}`, error),
    });
  }

  /** Switched off, everything stays due. */
  async #lease(channel: Channel, limit: number, nowMs: number): Promise<readonly Notification[]> {
    if (!this.#ports.switches.isOn('notifications')) return [];
    const { workerId } = this.#options;
    return leaseNotifications(this.#ports.ledger, channel, { workerId, limit, leaseMs: LEASE_MS, nowMs });
  }
}
