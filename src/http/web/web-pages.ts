import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { createPageDocument, type PageDocument, sendPage } from './page-document.ts';
import { renderShell } from './page-head.ts';
import { installPagePolicy } from './page-policy.ts';
import type { WebApplication, WebBuild } from './web-build.ts';

export interface WebPagesOptions {
  readonly build: WebBuild;
  /** Where images may come from, apart from here. */
  readonly imageOrigins: readonly string[];
}

const TITLES: Readonly<Record<WebApplication, string>> = { storefront: 'Tidegate', admin: 'Tidegate operations' };
const APPLICATIONS = ['storefront', 'admin'] as const;

/** Pages are in no documentation of the API, and are answered from memory. */
const PAGE = { schema: { hide: true }, config: { unguarded: true } } as const;

/** Asked for again each time, and answered with 304 while nothing has changed. */
const REVALIDATED = 'no-cache';

/** Serves both applications: what they load, and for each of their paths the page that they start from. */
export async function installWebPages(app: FastifyInstance, { build, imageOrigins }: WebPagesOptions): Promise<void> {
  await app.register(async (pages) => {
    await installPagePolicy(pages, imageOrigins);
    await serveFiles(pages, build);
    for (const application of APPLICATIONS) {
      const page = await shellPage(build.shells[application], TITLES[application]);
      for (const path of build.paths[application]) addPage(pages, path, page);
    }
  });
}

async function serveFiles(pages: FastifyInstance, { clientDirectory }: WebBuild): Promise<void> {
  await pages.register(fastifyStatic, {
    root: join(clientDirectory, 'assets'),
    prefix: '/assets/',
    decorateReply: true,
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
    index: false,
  });
  pages.get('/favicon.svg', PAGE, (_request, reply) =>
    reply.sendFile('favicon.svg', clientDirectory, { maxAge: '1d', immutable: false }),
  );
}

function addPage(pages: FastifyInstance, path: string, page: PageDocument): void {
  pages.get(path, PAGE, (request, reply) => sendPage(request, reply, page, REVALIDATED));
}

function shellPage(shell: string, title: string): Promise<PageDocument> {
  return createPageDocument(renderShell(shell, { title, data: {} }));
}
