import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Operation } from '#sdk/contract/operation.ts';
import { PROBLEM_CODES } from '#sdk/contract/problem.ts';
import { enterQueue, leaveQueue as leaveQueueOperation, requestAdmission } from '#sdk/contract/queue.ts';
import { createSession } from '#sdk/contract/session.ts';
import type { Entrance, Entrant } from '../../anti-bot/entrance.ts';
import type { TicketRef } from '../../domain/queueing.ts';
import { admitBuyer } from '../../engine/admit-buyer.ts';
import { joinQueue } from '../../engine/join-queue.ts';
import type { KillSwitches } from '../../engine/kill-switches.ts';
import { leaveQueue } from '../../engine/leave-queue.ts';
import { readPlace } from '../../engine/read-place.ts';
import type { BoardSale, SaleBoard } from '../../engine/sale-board.ts';
import type { Store } from '../../store/store.ts';
import type { EngineEvents } from '../../telemetry/events.ts';
import type { BuyerSessions } from '../buyer-sessions.ts';
import { problemOf, type Refusal, refuse, sendProblem } from '../errors.ts';
import type { RateLimits } from '../plugins/rate-limits.ts';
import { guestSession, newGuestId } from '../public/guest-session.ts';
import { refusalOfAdmission, refusalOfJoin } from '../public/queue-refusals.ts';
import { queueToken } from '../public/queue-tokens.ts';
import { isSameOrigin } from '../same-origin.ts';
import type { TokenSigner } from '../tokens.ts';
import { installPagePolicy } from './page-policy.ts';
import { forgetPlace, type HeldPlace, heldPlace, keepPlace, queuePath } from './place-cookie.ts';
import { showProblemsAsPages } from './problem-page.ts';
import { type QueuePage, type RenderShell, renderProblem, sendQueuePage, sendUnknownSale } from './queue-page.ts';
import { QUEUE_TEXTS as texts } from './queue-page-texts.ts';
import { type JoinTerms, placeView, visitorView } from './queue-page-view.ts';
import { SIGN_IN_TEXTS as signInTexts } from './sign-in-texts.ts';

interface QueuePagePorts {
  readonly limits: RateLimits;
  readonly renderShell: RenderShell;
  /** The Content-Security-Policy of pages. */
  readonly policy: string;
  /** Null: nobody signs in, buyers are guests. */
  readonly buyerSessions: BuyerSessions | null;
  readonly shopName: string;
  readonly loginUrl: string | null;
  readonly store: Store;
  readonly board: SaleBoard;
  readonly switches: KillSwitches;
  readonly entrance: Entrance;
  readonly events: EngineEvents;
  readonly tokens: TokenSigner;
  readonly clock: () => number;
}

type PageRequest = FastifyRequest<{ Params: { sale_id: string } }>;

const PATH = '/sales/:sale_id/queue';
/** Pages are in no documentation of the API. */
const PAGE = { schema: { hide: true } } as const;

/**
 * The waiting page, and the forms on it for browsers that run no scripts. Such a buyer is a guest, or has been signed in
 * by the shop. The place is in a cookie that goes to this page alone; it is handed to the scripts of the page as soon as
 * they run.
 */
export async function addQueuePageRoutes(app: FastifyInstance, ports: QueuePagePorts): Promise<void> {
  await app.register(async (pages) => {
    await installPagePolicy(pages, ports.policy);
    takeForms(pages);
    showProblemsAsPages(pages, (reply, problem) => renderProblem(reply, ports.renderShell, problem));
    pages.get(PATH, { ...PAGE, config: { unguarded: true } }, (request: PageRequest, reply) =>
      showPage(ports, request, reply),
    );
    pages.post(PATH, formAs(enterQueue), (request: PageRequest, reply) => join(ports, request, reply));
    pages.post(`${PATH}/enter`, formAs(requestAdmission), (request: PageRequest, reply) =>
      enter(ports, request, reply),
    );
    pages.post(`${PATH}/leave`, formAs(leaveQueueOperation), (request: PageRequest, reply) =>
      leave(ports, request, reply),
    );
    const { buyerSessions } = ports;
    if (!buyerSessions) return;
    pages.post(`${PATH}/sign-out`, formAs(createSession), (request: PageRequest, reply) =>
      signOut(buyerSessions, request, reply),
    );
  });
}

/** A form that does what an operation does, and is as urgent. */
function formAs(operation: Operation) {
  return { ...PAGE, config: { shedAs: operation } };
}

/** The forms have buttons and no fields. */
function takeForms(pages: FastifyInstance): void {
  const type = 'application/x-www-form-urlencoded';
  pages.addContentTypeParser(type, { parseAs: 'string' }, (_request, _body, done) => done(null, undefined));
}

async function showPage(ports: QueuePagePorts, request: PageRequest, reply: FastifyReply): Promise<FastifyReply> {
  const shown = await ports.board.seek(request.params.sale_id);
  if (!shown) return sendUnknownSale(reply, ports.renderShell);
  const held = heldBy(ports, request);
  if (!held) return sendVisitorPage(ports, reply, shown, null);
  // From here on it is for the store to answer, as in the API.
  const limited = await ports.limits.check(request, reply);
  if (limited) return sendProblem(reply, limited);
  const found = await readPlace(ports, refOf(held));
  if (found.code === 'found') return sendPlacePage(ports, reply, { shown, held, view: placeView(shown, found.place) });
  const isLost = found.code === 'not_found';
  if (isLost) forgetPlace(reply, shown.sale.saleId);
  return sendVisitorPage(ports, reply, shown, isLost ? texts.lost : null);
}

async function join(ports: QueuePagePorts, request: PageRequest, reply: FastifyReply): Promise<FastifyReply> {
  const shown = await ports.board.seek(request.params.sale_id);
  if (!shown) return sendUnknownSale(reply, ports.renderShell);
  if (!isSameOrigin(request)) return sendForeignForm(ports, reply, shown);
  const held = heldBy(ports, request);
  const buyer = buyerOf(ports, request, held);
  const mayJoin = held !== null || joinTerms(ports, request, shown).possible;
  if (!buyer || !mayJoin) return sendVisitorPage(ports, reply, shown, null);
  const { saleId } = shown.sale;
  const entrant = entrantOf(request, buyer, ports.clock());
  const outcome = await joinQueue(ports, saleId, entrant, held && refOf(held));
  if (outcome.code !== 'joined') return sendRefusal(ports, reply, shown, refusalOfJoin(outcome));
  const ref = { saleId, userId: entrant.userId, ticket: outcome.place.ticket };
  keepPlace(reply, shown.sale, queueToken(ports.tokens, shown.sale, ref, entrant.nowMs), entrant.nowMs);
  return backToPage(reply, saleId);
}

async function enter(ports: QueuePagePorts, request: PageRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { sale_id: saleId } = request.params;
  const [shown, held] = [await ports.board.seek(saleId), heldBy(ports, request)];
  if (!shown || !held) return backToPage(reply, saleId);
  if (!isSameOrigin(request)) return sendForeignForm(ports, reply, shown);
  const outcome = await admitBuyer(ports, refOf(held), request.id);
  if (outcome.code === 'admitted') return backToPage(reply, saleId);
  const found = await readPlace(ports, refOf(held));
  if (found.code !== 'found') return backToPage(reply, saleId);
  const refusal = refusalOfAdmission(outcome);
  const notice = outcome.code === 'not_your_turn' ? texts.readyFull : detailOf(refusal);
  reply.code(PROBLEM_CODES[refusal.code]);
  return sendPlacePage(ports, reply, { shown, held, notice, view: placeView(shown, found.place) });
}

async function leave(ports: QueuePagePorts, request: PageRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { sale_id: saleId } = request.params;
  const [shown, held] = [await ports.board.seek(saleId), heldBy(ports, request)];
  if (!shown || !held) return backToPage(reply, saleId);
  if (!isSameOrigin(request)) return sendForeignForm(ports, reply, shown);
  const outcome = await leaveQueue(ports, refOf(held));
  if (outcome === 'recovering') return sendRefusal(ports, reply, shown, refuse(outcome));
  forgetPlace(reply, saleId);
  return backToPage(reply, saleId);
}

/** Forgets whose place it was too: signed in again, they have the same one. */
function signOut(buyerSessions: BuyerSessions, request: PageRequest, reply: FastifyReply): FastifyReply {
  const { sale_id: saleId } = request.params;
  if (!isSameOrigin(request)) return backToPage(reply, saleId);
  forgetPlace(reply, saleId);
  reply.header('set-cookie', buyerSessions.noCookies(request));
  return backToPage(reply, saleId);
}

/** A place stays when a session ends. It is nothing to whoever is signed in as somebody else. */
function heldBy({ tokens, buyerSessions, clock }: QueuePagePorts, request: PageRequest): HeldPlace | null {
  const held = heldPlace(request, request.params.sale_id, tokens, clock());
  const user = buyerSessions?.userOf(request);
  return user && held?.claims.sub !== user.userId ? null : held;
}

function refOf({ claims }: HeldPlace): TicketRef {
  return { saleId: claims.sale_id, userId: claims.sub, ticket: claims.ticket };
}

type Buyer = Pick<Entrant, 'userId' | 'accountCreatedAtMs'>;

/** Whom the shop has signed in, if it does that: null for nobody. Else the cookie says who came before; whoever has none is a new guest. */
function buyerOf({ buyerSessions, clock }: QueuePagePorts, request: PageRequest, held: HeldPlace | null): Buyer | null {
  if (buyerSessions) return buyerSessions.userOf(request);
  if (held) return { userId: held.claims.sub, accountCreatedAtMs: held.claims.iat * 1000 };
  return { userId: newGuestId(), accountCreatedAtMs: clock() };
}

function entrantOf(request: PageRequest, { userId, accountCreatedAtMs }: Buyer, nowMs: number): Entrant {
  return {
    userId,
    accountCreatedAtMs,
    address: request.ip,
    deviceId: null,
    captchaToken: null,
    challengeSolution: null,
    correlationId: request.id,
    nowMs,
  };
}

/** What a sale asks for at its entrance, a page without scripts cannot bring. */
function joinTerms(
  { buyerSessions, shopName, loginUrl }: QueuePagePorts,
  request: FastifyRequest,
  { sale: { antiBot } }: BoardSale,
): JoinTerms {
  const asksForScripts = antiBot && (antiBot.proofOfWork || antiBot.captcha || antiBot.onePerDevice);
  if (asksForScripts) return { possible: false, because: texts.needsScriptToJoin, needsSignIn: false };
  if (!buyerSessions || buyerSessions.userOf(request)) return { possible: true };
  const because = loginUrl === null ? signInTexts.customersAlone(shopName) : signInTexts.needed(shopName);
  return { possible: false, because, needsSignIn: true };
}

function sendVisitorPage(ports: QueuePagePorts, reply: FastifyReply, shown: BoardSale, notice: string | null) {
  const view = visitorView(shown, joinTerms(ports, reply.request, shown));
  return sendQueuePage(reply, { ...visitOf(ports, reply), shown, handOver: null, notice, view });
}

interface PlacePage extends Pick<QueuePage, 'shown' | 'notice' | 'view'> {
  readonly held: HeldPlace;
}

function sendPlacePage(ports: QueuePagePorts, reply: FastifyReply, { held, ...page }: PlacePage) {
  const { sub, iat, ticket } = held.claims;
  const session = ports.buyerSessions ? null : guestSession(ports.tokens, sub, iat);
  const handOver = { queue_token: held.token, ticket, session };
  return sendQueuePage(reply, { ...page, ...visitOf(ports, reply), handOver });
}

function visitOf({ renderShell, buyerSessions, shopName, loginUrl }: QueuePagePorts, { request }: FastifyReply) {
  return { renderShell, shopName, loginUrl, isSignedIn: buyerSessions?.userOf(request) != null };
}

function sendRefusal(ports: QueuePagePorts, reply: FastifyReply, shown: BoardSale, refusal: Refusal): FastifyReply {
  reply.code(PROBLEM_CODES[refusal.code]);
  return sendVisitorPage(ports, reply, shown, detailOf(refusal));
}

function sendForeignForm(ports: QueuePagePorts, reply: FastifyReply, shown: BoardSale): FastifyReply {
  reply.code(PROBLEM_CODES.forbidden);
  return sendVisitorPage(ports, reply, shown, texts.foreignForm);
}

function detailOf(refusal: Refusal): string {
  return problemOf(refusal, '').detail;
}

/** A reload after a form is none of the form. */
function backToPage(reply: FastifyReply, saleId: string): FastifyReply {
  return reply.redirect(queuePath(saleId), 303);
}
