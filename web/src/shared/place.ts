/** Where the page stands: its office or ticket is in its path, its choices in the query. Pure. */

/** `/kim-lien/kiosk` -> `kim-lien`. */
export function officeOfPath(path: string): string {
  return part(path, 0);
}

/** `/t/01j…` -> `01j…`. */
export function ticketOfPath(path: string): string {
  return part(path, 1);
}

function part(path: string, index: number): string {
  return decodeURIComponent(path.split('/').filter((piece) => piece !== '')[index] ?? '');
}
