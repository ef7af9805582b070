import type { Assumptions, Crowd, Design } from './crowd.ts';
import type { Worksheet } from './worksheet.ts';

/** Requests of the worst second that reach the gateways, by what they cost. */
export interface Traffic {
  /** Purchases that take units. */
  readonly reserved: number;
  /** Purchases that Redis refuses. */
  readonly refused: number;
  readonly joins: number;
  /** Admissions, and looks at the own place: each asks Redis. */
  readonly places: number;
  /** Purchases without an admission: no business of Redis. */
  readonly turnedAway: number;
  /** Of the shared status, by the places of the CDN. */
  readonly statusReads: number;
}

/** The shared status asks a crowd of any size to ask no more often than this together: src/http/public/poll-advice.ts. */
const CROWD_POLLS_PER_SECOND = 10_000;

export function trafficOf(sheet: Worksheet, design: Design, crowd: Crowd, assumptions: Assumptions): Traffic {
  sheet.section('traffic');
  const statusReads = sheet.add(
    'status_reads',
    '/s',
    { edges: assumptions.cdnEdges, reads_per_edge: 1 },
    'edges * reads_per_edge',
    ({ edges, reads_per_edge }) => edges * reads_per_edge,
  );
  return design === 'doors'
    ? throughDoors(sheet, crowd, statusReads)
    : throughRoom(sheet, crowd, assumptions, statusReads);
}

function throughDoors(sheet: Worksheet, { attemptsPerSecond: attempts, units }: Crowd, statusReads: number): Traffic {
  const reserved = sheet.add('reserved', '/s', { attempts, units }, 'min(attempts, units)', (each) =>
    Math.min(each.attempts, each.units),
  );
  const refused = sheet.add(
    'refused',
    '/s',
    { attempts, reserved },
    'attempts - reserved',
    (each) => each.attempts - each.reserved,
  );
  return { reserved, refused, joins: 0, places: 0, turnedAway: 0, statusReads };
}

function throughRoom(sheet: Worksheet, crowd: Crowd, assumptions: Assumptions, statusReads: number): Traffic {
  const { buyers, botShare, attemptsPerSecond, units, sellOutSeconds } = crowd;
  const reserved = sheet.add(
    'gate_rate',
    '/s',
    { units, sell_out_seconds: sellOutSeconds },
    'units / sell_out_seconds',
    (each) => each.units / each.sell_out_seconds,
  );
  const joins = sheet.add(
    'joins',
    '/s',
    { buyers, arrival_seconds: assumptions.arrivalSeconds, arrival_peak: assumptions.arrivalPeak },
    'buyers / arrival_seconds * arrival_peak',
    (each) => (each.buyers / each.arrival_seconds) * each.arrival_peak,
  );
  const places = sheet.add(
    'own_places_and_admissions',
    '/s',
    { buyers, crowd_polls: CROWD_POLLS_PER_SECOND, gate_rate: reserved },
    'min(buyers, crowd_polls) + gate_rate',
    (each) => Math.min(each.buyers, each.crowd_polls) + each.gate_rate,
  );
  const turnedAway = sheet.add(
    'bots_turned_away',
    '/s',
    { attempts: attemptsPerSecond, bot_share: botShare },
    'attempts * bot_share',
    (each) => each.attempts * each.bot_share,
  );
  return { reserved, refused: 0, joins, places, turnedAway, statusReads };
}

/** Of all kinds together. */
export function requestsOf(traffic: Traffic): number {
  return Object.values(traffic).reduce((sum, rate) => sum + rate, 0);
}
