/** One package, one page per role. `npm run build` writes `dist`, which the server embeds. */

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import legacy from '@vitejs/plugin-legacy';
import { defineConfig } from 'vitest/config';

import { compressed } from './build/compressed.ts';
import { externalInline } from './build/external-inline.ts';

const PAGES = ['index', 'kiosk', 'lobby', 'ticket', 'clerk', 'reception', 'dashboard', 'admin'];

const file = (name: string): string => fileURLToPath(new URL(`${name}.html`, import.meta.url));

/** Where `npm run dev` finds a running server. */
const SERVER = process.env['QUEUE_SERVER'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  appType: 'mpa',
  // Lobby televisions of 2018 run Chrome 56; they have custom elements and classes, but no modules.
  plugins: [legacy({ targets: ['chrome >= 56', 'safari >= 12', 'firefox >= 63'] }), externalInline(), compressed()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // A data: address in a style would need a hole in the content security policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: {
      input: Object.fromEntries(PAGES.filter((page) => existsSync(file(page))).map((page) => [page, file(page)])),
    },
  },
  server: {
    proxy: { '/api': { target: SERVER, ws: true }, '/healthz': SERVER },
  },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
  },
});
