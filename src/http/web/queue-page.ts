import type { FastifyReply } from 'fastify';
import { html } from 'ghtml';
import type { BoardSale } from '../../engine/sale-board.ts';
import { type HeldPlace, queuePath } from './place-cookie.ts';
import { QUEUE_TEXTS as texts } from './queue-page-texts.ts';
import type { QueuePageView } from './queue-page-view.ts';

type Action = QueuePageView['actions'][number];

const LABELS: Readonly<Record<Action, string>> = { join: texts.join, enter: texts.goIn, leave: texts.leave };
const TARGETS: Readonly<Record<Action, string>> = { join: '', enter: '/enter', leave: '/leave' };

export interface QueuePage {
  readonly shown: BoardSale;
  readonly held: HeldPlace | null;
  /** What became of the form that was sent last. */
  readonly notice?: string | null;
  readonly view: QueuePageView;
}

/** Everybody without a place gets the same bytes; whoever has one, what no cache may keep. */
export function sendQueuePage(reply: FastifyReply, { shown, held, notice = null, view }: QueuePage): FastifyReply {
  const isShared = held === null && notice === null;
  reply
    .header('cache-control', isShared ? 'public, max-age=0, s-maxage=2' : 'private, no-store')
    .header('vary', 'cookie');
  const { saleId, name } = shown.sale;
  return sendDocument(reply, name, renderRefresh(view), renderContent(saleId, name, notice, view));
}

export function sendUnknownSale(reply: FastifyReply): FastifyReply {
  const content = html`<main class="plain-page"><h1>${texts.unknownSale}</h1><p>${texts.unknownSaleNext}</p></main>`;
  return sendDocument(reply.code(404), texts.unknownSale, '', content);
}

const POLICY = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

function sendDocument(reply: FastifyReply, title: string, head: string, body: string): FastifyReply {
  const document = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${texts.title} · ${title}</title>
!${head}
</head>
<body>
!${body}
</body>
</html>`;
  return reply
    .header('content-security-policy', POLICY)
    .header('referrer-policy', 'same-origin')
    .type('text/html; charset=utf-8')
    .send(document);
}

/** What the waiting page holds for browsers without scripts. All that it is given is text. */
function renderContent(saleId: string, saleName: string, notice: string | null, view: QueuePageView): string {
  const path = `/sales/${encodeURIComponent(saleId)}`;
  return html`<main class="plain-page">
<p class="plain-eyebrow">${saleName}</p>
<h1>${view.heading}</h1>
!${notice === null ? '' : html`<p class="plain-notice" role="alert">${notice}</p>`}
!${view.paragraphs.map((words) => html`<p>${words}</p>`)}
!${view.facts.length === 0 ? '' : renderFacts(view.facts)}
!${view.actions.map((action) => renderForm(saleId, action))}
!${view.checkout ? html`<p><a href="${path}/checkout">${texts.checkout}</a></p>` : ''}
!${view.refreshSeconds === null ? '' : html`<p class="plain-small">${texts.refreshes(view.refreshSeconds)}</p>`}
<p><a href="${path}">${texts.backToSale}</a></p>
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
