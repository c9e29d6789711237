/** Browsers without adoptable style sheets get Lit's styles as elements, which the content security
 *  policy lets in only with its nonce. This module must be imported before the first element. */

declare global {
  interface Window {
    litNonce?: string;
  }
}

const nonce = document.querySelector<HTMLMetaElement>('meta[name="style-nonce"]')?.content;
if (nonce !== undefined && nonce !== '') window.litNonce = nonce;

export {};
