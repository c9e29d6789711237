import { describe, expect, it } from 'vitest';

import { ticketAddress } from './address';
import { qrPath } from './qr';

describe('a QR code', () => {
  it('is a square with a quiet zone of four modules', () => {
    const { side, path } = qrPath('http://192.168.1.10:8080/t/01jabcdefghjkmnpqrstvwxyz0');
    expect(side).toBeGreaterThanOrEqual(29 + 8);
    const points = [...path.matchAll(/M(\d+) (\d+)h/g)].map((found) => [Number(found[1]), Number(found[2])]);
    expect(points.length).toBeGreaterThan(200);
    expect(Math.min(...points.flat())).toBe(4);
    expect(Math.max(...points.flat())).toBe(side - 5);
  });
});

describe('the address of a ticket', () => {
  it.each([
    ['http://192.168.1.10:8080', 'http://kiosk', 'http://192.168.1.10:8080/t/x'],
    ['http://192.168.1.10:8080/', 'http://kiosk', 'http://192.168.1.10:8080/t/x'],
    ['http://127.0.0.1:8080', 'http://192.168.1.10:8080', 'http://192.168.1.10:8080/t/x'],
    ['http://127.0.0.1:8080', 'http://localhost:8080', 'http://127.0.0.1:8080/t/x'],
    ['', 'http://192.168.1.10:8080', 'http://192.168.1.10:8080/t/x'],
  ])('from %s seen at %s', (publicUrl, origin, address) => {
    expect(ticketAddress(publicUrl, origin, '/t/x')).toBe(address);
  });
});
