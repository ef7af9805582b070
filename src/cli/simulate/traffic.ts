import { readChallenge } from '#sdk/contract/challenge.ts';
import { enterQueue, leaveQueue, readPlace, requestAdmission } from '#sdk/contract/queue.ts';
import { readSaleStatus } from '#sdk/contract/sale.ts';
import { integerText } from '../texts.ts';
import type { RequestCount, Tally } from './tally.ts';

/** Requests of buyers, without what prepared them. */
export interface Traffic {
  readonly requests: number;
  readonly peakPerSecond: number;
  /** What a cache in front of the server answers. */
  readonly statusReads: number;
  /** About a place: to join, read, leave, be let in. */
  readonly queueRequests: number;
}

/** Parts of the whole, from 0 to 1. */
export interface BotShares {
  readonly accounts: number;
  readonly requests: number;
  readonly units: number;
}

const ABOUT_A_PLACE: readonly string[] = [enterQueue, readPlace, leaveQueue, requestAdmission, readChallenge].map(
  ({ id }) => id,
);

export function trafficOf(tally: Tally): Traffic {
  const requests = tally.requests();
  return {
    requests: sumOf(requests),
    peakPerSecond: tally.peakPerSecond,
    statusReads: sumOf(requests.filter(({ operation }) => operation === readSaleStatus.id)),
    queueRequests: sumOf(requests.filter(({ operation }) => ABOUT_A_PLACE.includes(operation))),
  };
}

/** @param accounts share of the accounts that are bots' */
export function botShares(tally: Tally, accounts: number): BotShares {
  const requests = tally.requests();
  const byBots = requests.reduce((sum, { bots }) => sum + bots, 0);
  const { people, bots } = tally.unitsWon;
  return { accounts, requests: part(byBots, sumOf(requests)), units: part(bots, people + bots) };
}

export function trafficJson({ requests, peakPerSecond, statusReads, queueRequests }: Traffic) {
  return { requests, peak_per_second: peakPerSecond, status_reads: statusReads, queue_requests: queueRequests };
}

/** @param queued buyers who had a place in the queue */
export function trafficText({ requests, peakPerSecond, statusReads, queueRequests }: Traffic, queued: number): string {
  const all = `Traffic: ${integerText(requests)} requests, at most ${integerText(peakPerSecond)} a second.`;
  if (queued === 0) return all;
  const perBuyer = (count: number) => (count / queued).toFixed(1);
  return [
    all,
    `A buyer in the queue asked ${perBuyer(queueRequests)} times about the place, and ${perBuyer(statusReads)} times for the`,
    'shared status, which a cache in front takes off the server.',
  ].join('\n');
}

export function botsText({ accounts, requests, units }: BotShares): string {
  return `Bots: ${percentText(accounts)} of the accounts, ${percentText(requests)} of the requests, ${percentText(units)} of the units sold.`;
}

export function percentText(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function sumOf(requests: readonly RequestCount[]): number {
  return requests.reduce((sum, { people, bots }) => sum + people + bots, 0);
}

function part(count: number, whole: number): number {
  return whole > 0 ? count / whole : 0;
}
