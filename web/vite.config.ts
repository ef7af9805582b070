import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { slimContract } from './slim-contract.ts';
import { adminPaths } from './src/admin/paths.ts';
import { storefrontPaths } from './src/storefront/paths.ts';

const API = process.env.TIDEGATE_URL ?? `http://127.0.0.1:${process.env.PORT ?? 8000}`;

/** What every page needs, in one file: a dozen small ones would come later, one by one. */
const PLATFORM = { name: 'platform', test: /node_modules\/(react|react-dom|scheduler|react-router|@tanstack)\// };

/** So with the small parts of both applications, but those that bring a library along, as the schemas of the contract do. */
const PARTS = {
  name: 'parts',
  test: /(sdk\/src|web\/src\/shared)\/(?!dialog|contract\/(?!operations|session-headers))/,
};

/** Two applications for browsers, and what the gateway renders pages with before any browser asks for them. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [slimContract(), react(), tailwindcss()],
  resolve: { alias: { '#sdk': fileURLToPath(new URL('../sdk/src', import.meta.url)) } },
  define: { 'process.env.NODE_ENV': JSON.stringify('production') },
  build: { chunkSizeWarningLimit: 1_000, assetsInlineLimit: 0, modulePreload: { polyfill: false }, emptyOutDir: true },
  environments: {
    client: {
      build: {
        outDir: 'dist/client',
        manifest: 'manifest.json',
        rolldownOptions: {
          input: { storefront: 'storefront.html', queue: 'queue.html', admin: 'admin.html' },
          output: { codeSplitting: { groups: [PLATFORM, PARTS] } },
        },
      },
    },
    ssr: {
      resolve: { noExternal: true },
      build: {
        outDir: 'dist/server',
        ssr: true,
        copyPublicDir: false,
        rolldownOptions: { input: { prerender: 'src/storefront/prerender.tsx' } },
      },
    },
  },
  builder: {
    buildApp: async (builder) => {
      for (const environment of Object.values(builder.environments)) await builder.build(environment);
      // The waiting page works without scripts, and so comes from the server.
      const { queue: _, ...rest } = storefrontPaths;
      const pages = { storefront: Object.values(rest), admin: Object.values(adminPaths) };
      await writeFile(new URL('dist/pages.json', import.meta.url), JSON.stringify(pages));
    },
  },
  server: { proxy: { '/api': API, '/health': API } },
});
