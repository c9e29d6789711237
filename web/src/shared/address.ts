/** Addresses that other devices open. Pure. */

/** Where a phone finds the ticket: the server's public address, or the page's own where that one is only local. */
export function ticketAddress(publicUrl: string, origin: string, path: string): string {
  const base = publicUrl === '' || (isLocal(publicUrl) && !isLocal(origin)) ? origin : publicUrl;
  return base.replace(/\/+$/, '') + path;
}

/** Whether only this machine can open an address. */
export function isLocal(address: string): boolean {
  try {
    const { hostname } = new URL(address);
    return hostname === 'localhost' || hostname === '[::1]' || hostname === '0.0.0.0' || hostname.startsWith('127.');
  } catch {
    return true;
  }
}
