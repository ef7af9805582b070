import { formatCount } from '../../shared/numbers.ts';
import { LOCALE } from '../../shared/texts.ts';

const rate = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });

/** What the waiting room says. */
export const waitingTexts = {
  eyebrow: 'Waiting room',
  arriving: 'Finding your place…',
  unknownSale: 'There is no such sale',
  unknownSaleDetail: 'The address may be mistyped, or the sale was removed.',
  noRoom: 'Nobody queues for this sale',
  noRoomDetail: 'You can choose and pay right away.',
  goToCheckout: 'Choose and pay',
  backToSale: 'Back to the sale',
  myOrders: 'My orders',

  beforeOpening: 'The waiting room opens soon',
  beforeOpeningDetail: 'Stay here: you are given a place the moment it opens.',
  opensIn: 'Opens in',
  outside: 'You have no place in line',
  outsideDetail: 'Taking a place costs nothing. You can give it up at any time.',
  join: 'Take a place',
  joinAgain: 'Try again',
  proving: 'Checking your browser',
  provingDetail: 'This sale asks every device for a little work, which keeps bots out. It takes a few seconds.',
  provingProgress: 'Work done',
  joining: 'Taking a place for you…',

  inLine: 'You are in line',
  inLineNext: 'You are next',
  aheadUnit: (ahead: number) => (ahead === 1 ? 'person ahead of you' : 'people ahead of you'),
  yourPlace: 'Your place',
  wait: 'Estimated wait',
  pace: 'The line moves at',
  perSecond: (value: number) => `${rate.format(value)} a second`,
  peopleWaiting: 'In line altogether',
  noEstimate: 'No estimate yet',
  waitBelowMinute: 'Less than a minute',
  waitMinutes: (minutes: number) => (minutes === 1 ? 'About a minute' : `About ${formatCount(minutes)} minutes`),
  waitHours: (hours: number) => (hours === 1 ? 'About an hour' : `About ${rate.format(hours)} hours`),
  progress: 'How far you have come',
  startsIn: 'The sale starts in',

  drawPending: 'Places are drawn by lot',
  drawPendingDetail: (ticket: number) =>
    `You take part with ticket ${formatCount(ticket)}. It does not matter who came first: the order is drawn when the list closes, 15 seconds before the start.`,
  drawClosed: 'The list is closed. The order is being drawn…',
  verifyDraw: 'Check the draw yourself',

  called: 'It is your turn',
  calledDetail: 'The door opens as soon as there is room inside. Your turn does not lapse.',
  calledPaused: 'It is your turn, and the sale is paused. You go in as soon as it goes on.',
  admitted: 'You are in',
  admittedDetail: 'Choose and reserve before the time runs out. Paying has a time of its own.',
  timeLeft: 'Time to reserve',
  lapsed: 'Your time to reserve ran out',
  lapsedDetail: 'Nothing is lost: your turn is still yours. Come in again when you are ready.',
  comeIn: 'Come in again',
  done: 'You have reserved all that one buyer may have',
  doneDetail: 'Your order is waiting for you.',

  paused: 'The sale is paused',
  pausedDetail: 'Everybody keeps their place. It goes on from exactly here.',
  recovering: 'The sale is being brought back',
  recoveringDetail: 'Something broke on our side. Everybody keeps their place.',
  soldOut: 'Sold out',
  soldOutDetail: 'Every unit has been bought, and nothing will come back. Thank you for waiting.',
  soldOutForNow: 'Everything is reserved at the moment',
  soldOutForNowDetail: 'Units come back if somebody does not pay in time. Your place stays yours.',
  ended: 'The sale is over',
  endedDetail: 'The waiting room is closed.',
  cancelled: 'The sale was cancelled',
  cancelledDetail: 'Nothing was charged. The waiting room is closed.',

  lost: 'Connection lost',
  lostDetail: 'Your place is kept on the server. This page connects again by itself.',
  connected: 'Connected',
  connecting: 'Connecting…',
  keepsPlace: 'You can close this page. Your place is kept in this browser.',
  soundOn: 'Sound is on',
  soundOff: 'Sound is off',
  leave: 'Give up my place',
  leaveQuestion: 'Give up your place?',
  leaveDetail: 'Somebody else moves up. Joining again gives you the last place.',
  leaveYes: 'Give it up',
  leaveNo: 'Keep my place',
  titleTurn: (sale: string) => `Your turn · ${sale}`,
  titleAhead: (ahead: number, sale: string) => `${formatCount(ahead)} ahead · ${sale}`,

  nextTitle: 'What happens next',
  steps: [
    ['In line', 'Keep your place. It survives reloads, closed tabs and lost connections.'],
    ['Your turn', 'We tell you by title, sound and vibration. The door opens by itself.'],
    ['Choose and reserve', 'Reserved units are yours until the payment deadline.'],
    ['Pay', 'Then the order is on its way.'],
  ],
  basketTitle: 'While you wait',
  basketDetail: 'Fill your basket now. Nothing is reserved before it is your turn.',
} as const;

/** Why somebody got no place, and what can be done. */
export const REFUSALS: Readonly<Record<string, readonly [title: string, detail: string]>> = {
  challenge_failed: ['The check of your browser did not pass', 'It may have taken too long. Try once more.'],
  account_too_young: [
    'This account is too new for the sale',
    'The shop lets in accounts that have been there for a while.',
  ],
  bot_suspected: ['We could not let you in', 'Too many places were asked for from this device.'],
  rate_limited: ['Too many requests from your connection', 'It is tried again by itself in a moment.'],
  overloaded: ['There is a crowd at the entrance', 'It is tried again by itself in a moment.'],
  switched_off: [
    'No places are given out at this moment',
    'The shop has closed the entrance for a while. It is tried again by itself.',
  ],
  validation_failed: [
    'Your browser could not be identified',
    'This sale needs a device fingerprint. Allow storage for this page.',
  ],
};
