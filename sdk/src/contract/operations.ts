import { followOrders, listSaleOrders, readAdminOrder, recordFulfilment, refundOrder } from './admin-order.ts';
import { changeSale, createSale, deleteSale, listAdminSales, readAdminSale } from './admin-sale.ts';
import { readAdminSession, signIn, signOut } from './admin-session.ts';
import { listAuditLog, runAudit } from './audit.ts';
import { readBuildInfo } from './build-info.ts';
import { readChallenge } from './challenge.ts';
import { eraseCustomer } from './customer.ts';
import { discardDeadLetter, listDeadLetters, readDeadLetter, replayDeadLetter } from './dead-letter.ts';
import { listDrawEntries, readDraw } from './draw.ts';
import { checkLiveness, checkReadiness, checkStartup } from './health.ts';
import { streamAdminSale } from './live-sale.ts';
import { cancelOrder, listOrders, readOrder } from './order.ts';
import { pay, receivePaymentCallback } from './payment.ts';
import { purchase } from './purchase.ts';
import { enterQueue, leaveQueue, readPlace, requestAdmission } from './queue.ts';
import { cancelReview, clearReview, listReviews, readReview } from './review.ts';
import { listSales, readSale, readSaleStatus, streamSaleStatus } from './sale.ts';
import {
  cancelSale,
  changeGate,
  endSale,
  pauseSale,
  prewarmSale,
  reconcileSale,
  restockSale,
  resumeSale,
} from './sale-control.ts';
import { createSession } from './session.ts';
import { changeSwitches, readSwitches } from './switches.ts';
import { readTime } from './time.ts';
import { listWebhooks, replayWebhook } from './webhook.ts';

/** Every route that the client has a method for, by that method's name. */
export const clientOperations = {
  createSession,
  readTime,
  listSales,
  readSale,
  readSaleStatus,
  streamSaleStatus,
  readDraw,
  listDrawEntries,
  readChallenge,
  enterQueue,
  readPlace,
  leaveQueue,
  requestAdmission,
  purchase,
  listOrders,
  readOrder,
  pay,
  cancelOrder,
  readBuildInfo,
  checkLiveness,
  checkReadiness,
  checkStartup,
  signIn,
  readAdminSession,
  signOut,
  createSale,
  listAdminSales,
  readAdminSale,
  changeSale,
  deleteSale,
  pauseSale,
  resumeSale,
  endSale,
  cancelSale,
  restockSale,
  changeGate,
  prewarmSale,
  reconcileSale,
  streamAdminSale,
  listSaleOrders,
  readAdminOrder,
  followOrders,
  recordFulfilment,
  refundOrder,
  eraseCustomer,
  listReviews,
  readReview,
  clearReview,
  cancelReview,
  listDeadLetters,
  readDeadLetter,
  replayDeadLetter,
  discardDeadLetter,
  listWebhooks,
  replayWebhook,
  runAudit,
  listAuditLog,
  readSwitches,
  changeSwitches,
} as const;

/** Every route of the API. */
export const operations = { ...clientOperations, receivePaymentCallback } as const;
