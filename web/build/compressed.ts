/** Writes a gzip copy beside every text of the build, so that the server compresses nothing at run time. */

import { gzipSync } from 'node:zlib';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const TEXTS = /\.(js|css|svg)$/;
/** Below this the head of an answer outweighs what is saved. */
const BYTES_MIN = 512;

export function compressed(): Plugin {
  let folder = 'dist';
  return {
    name: 'compressed',
    apply: 'build',
    configResolved(config) {
      folder = config.build.outDir;
    },
    closeBundle() {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!TEXTS.test(name)) continue;
        const path = join(folder, name);
        const plain = readFileSync(path);
        const packed = gzipSync(plain, { level: 9 });
        if (plain.length >= BYTES_MIN && packed.length < plain.length) writeFileSync(`${path}.gz`, packed);
      }
    },
  };
}
