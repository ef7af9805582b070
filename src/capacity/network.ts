import type { Assumptions, Crowd } from './crowd.ts';
import type { Worksheet } from './worksheet.ts';

export interface NetworkPlan {
  readonly cdnGbitPerSecond: number;
  readonly originGbitPerSecond: number;
  /** Of all requests of the worst second, pages included. */
  readonly cdnShare: number;
  /** Of the whole sale. */
  readonly cdnGb: number;
  readonly cdnRequests: number;
  readonly originGb: number;
}

/** @param originRequests of the worst second */
export function planNetwork(
  sheet: Worksheet,
  originRequests: number,
  crowd: Crowd,
  assumptions: Assumptions,
): NetworkPlan {
  sheet.section('network');
  return {
    ...peak(sheet, originRequests, crowd, assumptions),
    ...wholeSale(sheet, originRequests, crowd, assumptions),
  };
}

function peak(sheet: Worksheet, requests: number, { pageLoadsPerSecond: page_loads }: Crowd, assumptions: Assumptions) {
  const cdnGbitPerSecond = sheet.add(
    'cdn_bandwidth',
    'Gbit/s',
    { page_loads, page_kilobytes: assumptions.pageKilobytes },
    'page_loads * page_kilobytes * 8 / 1e6',
    (each) => (each.page_loads * each.page_kilobytes * 8) / 1e6,
  );
  const originGbitPerSecond = sheet.add(
    'origin_bandwidth',
    'Gbit/s',
    { requests, request_bytes: assumptions.requestBytes, answer_bytes: assumptions.answerBytes },
    'requests * (request_bytes + answer_bytes) * 8 / 1e9',
    (each) => (each.requests * (each.request_bytes + each.answer_bytes) * 8) / 1e9,
  );
  const cdnShare = sheet.add(
    'cdn_share',
    'of requests',
    { page_loads, requests },
    'page_loads / (page_loads + requests)',
    (each) => each.page_loads / (each.page_loads + each.requests),
  );
  return { cdnGbitPerSecond, originGbitPerSecond, cdnShare };
}

function wholeSale(sheet: Worksheet, requests: number, crowd: Crowd, assumptions: Assumptions) {
  const cdnRequests = sheet.add(
    'cdn_requests',
    'a sale',
    { buyers: crowd.buyers, page_loads_per_buyer: assumptions.pageLoadsPerBuyer },
    'buyers * page_loads_per_buyer',
    (each) => each.buyers * each.page_loads_per_buyer,
  );
  const cdnGb = sheet.add(
    'cdn_data',
    'GB a sale',
    { cdn_requests: cdnRequests, page_kilobytes: assumptions.pageKilobytes },
    'cdn_requests * page_kilobytes / 1e6',
    (each) => (each.cdn_requests * each.page_kilobytes) / 1e6,
  );
  const originGb = sheet.add(
    'origin_data',
    'GB a sale',
    { requests, answer_bytes: assumptions.answerBytes, sell_out_seconds: crowd.sellOutSeconds },
    'requests * sell_out_seconds * answer_bytes / 1e9',
    (each) => (each.requests * each.sell_out_seconds * each.answer_bytes) / 1e9,
  );
  return { cdnRequests, cdnGb, originGb };
}
