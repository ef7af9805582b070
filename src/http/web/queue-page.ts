import type { FastifyReply } from 'fastify';
import { html } from 'ghtml';
import type { Problem } from '#sdk/contract/problem.ts';
import type { Session } from '#sdk/contract/session.ts';
import type { BoardSale } from '../../engine/sale-board.ts';
import type { PageHead } from './page-head.ts';
import { queuePath } from './place-cookie.ts';
import { QUEUE_TEXTS as texts } from './queue-page-texts.ts';
import type { QueuePageView } from './queue-page-view.ts';
import { renderSignIn } from './sign-in-page.ts';
import { SIGN_IN_TEXTS as signInTexts } from './sign-in-texts.ts';

type Action = QueuePageView['actions'][number] | 'sign-out';

/** Where a problem does not say when to come back. */
const PROBLEM_REFRESH_S = 5;

const LABELS: Readonly<Record<Action, string>> = {
  join: texts.join,
  enter: texts.goIn,
  leave: texts.leave,
  'sign-out': signInTexts.signOut,
};
const TARGETS: Readonly<Record<Action, string>> = {
  join: '',
  enter: '/enter',
  leave: '/leave',
  'sign-out': '/sign-out',
};

/** What the scripts of the page go on with, if they run: the place, and the guest whose it is. */
interface HandOver {
  readonly queue_token: string;
  readonly ticket: number;
  /** Null: the buyer is no guest. */
  readonly session: Session | null;
}

/** The page around what is shown without scripts, with places for it. */
export type RenderShell = (head: PageHead) => string;

export interface QueuePage {
  readonly renderShell: RenderShell;
  readonly shown: BoardSale;
  readonly shopName: string;
  readonly loginUrl: string | null;
  /** At the shop. Such a page is nobody else's, and has a way to sign out. */
  readonly isSignedIn: boolean;
  /** Null: whoever looks has no place. */
  readonly handOver: HandOver | null;
  /** What became of the form that was sent last. */
  readonly notice?: string | null;
  readonly view: QueuePageView;
}

/** Everybody without a place gets the same bytes; whoever has one, what no cache may keep. */
export function sendQueuePage(reply: FastifyReply, page: QueuePage): FastifyReply {
  const { renderShell, shown, handOver, notice = null, view } = page;
  const isShared = handOver === null && notice === null && !page.isSignedIn;
  reply
    .header('cache-control', isShared ? 'public, max-age=0, s-maxage=2' : 'private, no-store')
    .header('vary', 'cookie');
  const { saleId, name } = shown.sale;
  return sendDocument(reply, renderShell, {
    title: name,
    ...(handOver && { data: { 'tidegate-held-place': handOver } }),
    plainHead: renderRefresh(view),
    plain: renderContent(saleId, name, page),
  });
}

export function sendUnknownSale(reply: FastifyReply, renderShell: RenderShell): FastifyReply {
  const plain = html`<main class="plain-page"><h1>${texts.unknownSale}</h1><p>${texts.unknownSaleNext}</p></main>`;
  // It may be made in a moment.
  reply.code(404).header('cache-control', 'no-store');
  return sendDocument(reply, renderShell, { title: texts.unknownSale, plain });
}

/** A problem that was met before the page was reached, such as a crowd: said in words, and tried again by itself. */
export function renderProblem(reply: FastifyReply, renderShell: RenderShell, problem: Problem): string {
  const path = queuePath((reply.request.params as { readonly sale_id: string }).sale_id);
  const waitSeconds = Number(reply.getHeader('retry-after') ?? PROBLEM_REFRESH_S) + Math.ceil(Math.random() * 2);
  reply.header('cache-control', 'no-store').type('text/html; charset=utf-8');
  return renderDocument(renderShell, {
    title: problem.title,
    plainHead: html`<meta http-equiv="refresh" content="${waitSeconds}; url=${path}">`,
    plain: html`<main class="plain-page">
<h1>${problem.title}</h1>
<p>${problem.detail}</p>
<p class="plain-small">${texts.refreshes(waitSeconds)}</p>
<p><a href="${path}">${texts.tryAgain}</a></p>
</main>`,
  });
}

interface DocumentParts {
  readonly title: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** For browsers without scripts: HTML. */
  readonly plainHead?: string;
  readonly plain: string;
}

function sendDocument(reply: FastifyReply, renderShell: RenderShell, parts: DocumentParts): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(renderDocument(renderShell, parts));
}

function renderDocument(renderShell: RenderShell, { title, data = {}, plainHead = '', plain }: DocumentParts): string {
  return renderShell({ title, data })
    .replace('<!--plain-head-->', () => plainHead)
    .replace('<!--plain-->', () => plain);
}

/** What the waiting page holds for browsers without scripts. All that it is given is text. */
function renderContent(saleId: string, saleName: string, page: QueuePage): string {
  const { view, notice = null, shopName, loginUrl, isSignedIn } = page;
  const path = `/sales/${encodeURIComponent(saleId)}`;
  return html`<main class="plain-page">
<p class="plain-eyebrow">${saleName}</p>
<h1>${view.heading}</h1>
!${notice === null ? '' : html`<p class="plain-notice" role="alert">${notice}</p>`}
!${view.paragraphs.map((words) => html`<p>${words}</p>`)}
!${view.facts.length === 0 ? '' : renderFacts(view.facts)}
!${view.signIn ? renderSignIn(loginUrl, shopName, queuePath(saleId)) : ''}
!${view.actions.map((action) => renderForm(saleId, action))}
!${view.checkout ? html`<p><a href="${path}/checkout">${texts.checkout}</a></p>` : ''}
!${view.refreshSeconds === null ? '' : html`<p class="plain-small">${texts.refreshes(view.refreshSeconds)}</p>`}
<p><a href="${path}">${texts.backToSale}</a></p>
!${isSignedIn ? renderForm(saleId, 'sign-out') : ''}
</main>`;
}

/** The page looks again by itself. */
function renderRefresh({ refreshSeconds }: QueuePageView): string {
  return refreshSeconds === null ? '' : html`<meta http-equiv="refresh" content="${refreshSeconds}">`;
}

function renderFacts(facts: QueuePageView['facts']): string {
  const rows = facts.map(([label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`);
  return html`<dl>!${rows}</dl>`;
}

function renderForm(saleId: string, action: Action): string {
  const target = queuePath(saleId) + TARGETS[action];
  return html`<form method="post" action="${target}"><button class="plain-${action}">${LABELS[action]}</button></form>`;
}
