/** Moves the scripts that plugin-legacy writes into the pages into files of their own,
 *  because the pages are served with a content security policy that forbids inline scripts. */

import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

const INLINE = /<script((?:(?!\ssrc=)[^>])*)>([^<]+)<\/script>/g;

export function externalInline(): Plugin {
  return {
    name: 'external-inline',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type !== 'asset' || !file.fileName.endsWith('.html')) continue;
          const page = typeof file.source === 'string' ? file.source : new TextDecoder().decode(file.source);
          file.source = page.replace(INLINE, (_whole, attributes: string, body: string) => {
            const hash = createHash('sha256').update(body).digest('hex').slice(0, 8);
            const fileName = `assets/start-${hash}.js`;
            if (!(fileName in bundle)) this.emitFile({ type: 'asset', fileName, source: body });
            return `<script${attributes} src="/${fileName}"></script>`;
          });
        }
      },
    },
  };
}
