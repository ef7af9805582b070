import type { Buyer } from './crowd.ts';

const ACCOUNTS_OF_OPERATOR = 20;
const DEVICES_OF_OPERATOR = 2;
/** All accounts of all operators come within this time of the first moment. */
const PROMPTNESS_MS = 50;

/**
 * Makes an account of an operator out of a person: there at the first moment, always asking, straight to the till.
 * Every second operator does the work that a challenge asks for.
 *
 * @param index among the bots
 * @param earlyMs how long before the start the first moment is
 */
export function planBot(person: Buyer, index: number, earlyMs: number): Buyer {
  const operator = Math.floor(index / ACCOUNTS_OF_OPERATOR);
  return {
    ...person,
    arrivesAtMs: person.random() * PROMPTNESS_MS - earlyMs,
    device: `bot-device-${operator}-${index % DEVICES_OF_OPERATOR}`,
    wantsBasket: false,
    abandons: false,
    firstCardDeclined: false,
    patient: true,
    refreshes: true,
    tabs: 1,
    noShow: false,
    leaving: null,
    bot: { operator, solvesChallenges: operator % 2 === 1 },
  };
}
