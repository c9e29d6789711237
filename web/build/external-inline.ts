/** Moves what plugin-legacy writes inline (scripts in the pages, `data:` imports in the chunks) into files of
 *  their own, because the pages are served with a content security policy that forbids both. */

import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';

const INLINE = /<script((?:(?!\ssrc=)[^>])*)>([^<]+)<\/script>/g;
const DATA_IMPORT = /import\s*(['"`])data:text\/javascript,(.*?)(?<!\\)\1/g;

export function externalInline(): Plugin {
  return {
    name: 'external-inline',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const file = (body: string): string => {
          const hash = createHash('sha256').update(body).digest('hex').slice(0, 8);
          const fileName = `assets/start-${hash}.js`;
          if (!(fileName in bundle)) this.emitFile({ type: 'asset', fileName, source: body });
          return `/${fileName}`;
        };
        const imports = (code: string): string =>
          code.replace(DATA_IMPORT, (_whole, quote: string, body: string) => {
            const plain = body.replaceAll(`\\${quote}`, quote);
            return `import "${file(plain)}"`;
          });
        for (const item of Object.values(bundle)) {
          if (item.type === 'chunk') {
            item.code = imports(item.code);
          } else if (item.fileName.endsWith('.html')) {
            const page = typeof item.source === 'string' ? item.source : new TextDecoder().decode(item.source);
            item.source = page.replace(
              INLINE,
              (_whole, attributes: string, body: string) => `<script${attributes} src="${file(imports(body))}"></script>`,
            );
          }
        }
      },
    },
  };
}
