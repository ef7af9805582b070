import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PageCache } from '../../cdn/page-cache.ts';
import type { Config } from '../../config/config.ts';
import type { SaleBoard } from '../../engine/sale-board.ts';
import type { EngineEvents } from '../../telemetry/events.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { isRevealed } from '../public/sale-view.ts';
import { createPageDocument, type PageDocument, sendPage } from './page-document.ts';
import { PageFrame, type SignInConfig } from './page-head.ts';
import { installPagePolicy, pagePolicy } from './page-policy.ts';
import type { RenderShell } from './queue-page.ts';
import { SalePages } from './sale-pages.ts';
import { loadWebBuild, type WebApplication, type WebBuild } from './web-build.ts';

export interface WebPorts {
  readonly config: Pick<Config, 'brand' | 'http' | 'auth' | 'loginUrl'>;
  readonly board: SaleBoard;
  /** Null: no content delivery network has to be told of pages that change. */
  readonly pageCache: PageCache | null;
  readonly events: EngineEvents;
  readonly log: Logger;
}

export interface WebPages {
  readonly salePages: SalePages;
  /** The page that the waiting room starts from. */
  readonly renderQueueShell: RenderShell;
  /** A page that runs no scripts. */
  readonly renderPlainShell: RenderShell;
  /** The Content-Security-Policy of pages. */
  readonly policy: string;
  /** Answers a visitor who came to no page with one that says so. False: whoever asks is no visitor. */
  readonly answerMissing: (request: FastifyRequest, reply: FastifyReply) => boolean;
  /** Serves both applications: what they load, and for each of their paths the page that they start from. */
  install(app: FastifyInstance): Promise<void>;
}

const BUILD = join(import.meta.dirname, '../../../web/dist');
const TITLES: Readonly<Record<WebApplication, string>> = { storefront: 'Flash sales', admin: 'Operations' };
const SALE_PATH = '/sales/:saleId';

/** Pages are in no documentation of the API, and are answered from memory. */
const PAGE = { schema: { hide: true }, config: { unguarded: true } } as const;

/** Asked for again each time, and answered with 304 while nothing has changed. */
const REVALIDATED = 'no-cache';
/** Kept by shared caches: for ever where they are told of what changes, else for a minute. A browser asks each time. */
const SHARED = 'public, max-age=0, s-maxage=60, stale-while-revalidate=600';
const SHARED_FOR_EVER = 'public, max-age=0, s-maxage=31536000';

/** Where no pages have been built, what goes without scripts is all there is. */
const BARE_SHELL =
  '<!doctype html><html lang="en"><head><!--head--><!--plain-head--></head><body><!--plain--></body></html>';

export async function openWebPages(ports: WebPorts): Promise<WebPages> {
  const { config, log } = ports;
  const build = await loadWebBuild(BUILD);
  const frame = new PageFrame(config.brand, signInConfig(ports));
  const inline = build?.salePageInline ?? null;
  const policy = pagePolicy(frame, { imageOrigins: config.http.imageOrigins, inline });
  const salePages = new SalePages({ ...ports, build, frame });
  const renderQueueShell: RenderShell = (head) => frame.render(build?.queueShell ?? BARE_SHELL, head);
  const renderPlainShell: RenderShell = (head) => frame.render(build?.plainShell ?? BARE_SHELL, head);
  const shared = { salePages, renderQueueShell, renderPlainShell, policy };
  if (!build) {
    log.warn({ directory: BUILD }, 'no web pages: npm run build:web makes them');
    return { ...shared, answerMissing: () => false, install: async () => {} };
  }
  const shells = {
    storefront: await shellPage(build, frame, 'storefront'),
    admin: await shellPage(build, frame, 'admin'),
  };
  return {
    ...shared,
    answerMissing: missingPage(policy, shells),
    install: (app) => installPages(app, ports, { build, shells, salePages, policy }),
  };
}

/** Whoever reads the log is to know what the buyers see. */
function signInConfig({ config: { auth, loginUrl }, log }: WebPorts): SignInConfig | null {
  if (auth.mode === 'guest') return null;
  if (loginUrl === null)
    log.warn('AUTH_MODE=jwt without LOGIN_URL: the pages of the storefront can sign nobody in, and say so');
  return { login_url: loginUrl };
}

type Shells = Readonly<Record<WebApplication, PageDocument>>;

interface Site {
  readonly build: WebBuild;
  readonly shells: Shells;
  readonly salePages: SalePages;
  readonly policy: string;
}

async function installPages(app: FastifyInstance, { board, pageCache }: WebPorts, site: Site): Promise<void> {
  const { build, shells, salePages, policy } = site;
  await app.register(async (pages) => {
    await installPagePolicy(pages, policy);
    await serveFiles(pages, build);
    serveShells(pages, build, shells);
    pages.get<{ Params: { saleId: string } }>(SALE_PATH, PAGE, async (request, reply) => {
      const shown = await board.seek(request.params.saleId);
      if (!shown) return sendPage(request, reply.code(404), shells.storefront, REVALIDATED);
      // Of the reveal nobody tells them: it comes by the clock.
      const cacheControl = pageCache && isRevealed(shown) ? SHARED_FOR_EVER : SHARED;
      return sendPage(request, reply, await salePages.find(shown, build), cacheControl);
    });
  });
}

/** Each application says itself that it has no such page: an operator is not sent into the shop. */
function missingPage(policy: string, shells: Shells): WebPages['answerMissing'] {
  return (request, reply) => {
    if (!isVisit(request)) return false;
    const page = request.url.startsWith('/admin/') ? shells.admin : shells.storefront;
    sendPage(request, reply.header('content-security-policy', policy), page, REVALIDATED);
    return true;
  };
}

function shellPage(build: WebBuild, frame: PageFrame, application: WebApplication): Promise<PageDocument> {
  const content = application === 'storefront' ? build.renderWithoutScripts(frame.config) : '';
  return createPageDocument(frame.render(build.shells[application], { title: TITLES[application] }, content));
}

function serveShells(pages: FastifyInstance, { paths }: WebBuild, shells: Shells): void {
  for (const application of ['storefront', 'admin'] as const) {
    for (const path of paths[application].filter((one) => one !== SALE_PATH)) {
      pages.get(path, PAGE, (request, reply) => sendPage(request, reply, shells[application], REVALIDATED));
    }
  }
}

async function serveFiles(pages: FastifyInstance, { clientDirectory }: WebBuild): Promise<void> {
  await pages.register(fastifyStatic, {
    root: join(clientDirectory, 'assets'),
    prefix: '/assets/',
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
    index: false,
  });
  const shared = { prefix: '/images/', decorateReply: false, preCompressed: true, maxAge: '1d', index: false } as const;
  await pages.register(fastifyStatic, { root: join(clientDirectory, 'images'), ...shared });
  pages.get('/favicon.svg', PAGE, (_request, reply) =>
    reply.sendFile('favicon.svg', clientDirectory, { maxAge: '1d', immutable: false }),
  );
}

/** A browser that was led to a page, and no program that asked the API for something. */
function isVisit({ method, url, headers }: FastifyRequest): boolean {
  return method === 'GET' && !url.startsWith('/api/') && (headers.accept ?? '').includes('text/html');
}
