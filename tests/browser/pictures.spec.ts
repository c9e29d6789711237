/** The pictures of the README: every page at the size of its real screen, in the middle of a morning.
 *  Written only with `QUEUE_PICTURES=1`, because a new picture is a change to be looked at. */

import type { Page } from '@playwright/test';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { card, expect, large, test } from './support/hall';
import { playMorning } from './support/morning';

const FOLDER = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
const START = nextMonday();
const END = START + 164 * 60_000;

test.skip(process.env['QUEUE_PICTURES'] !== '1', 'QUEUE_PICTURES=1 writes docs/pictures anew');
test.use({ clock: START });
test.setTimeout(400_000);

test('pictures of a morning', async ({ hall }) => {
  await mkdir(FOLDER, { recursive: true });
  await playMorning(hall, START, END);

  const lobby = await hall.visit('lobby', { screen: 'lobby' });
  await expect(lobby.locator('lobby-calls li.large')).toBeVisible();
  await picture(lobby, 'lobby');

  const kiosk = await hall.visit('kiosk', { screen: 'kiosk' });
  await kiosk.getByRole('button', { name: 'Chạm để bắt đầu lấy số' }).first().click();
  await expect(kiosk.getByRole('button', { name: 'Chứng thực' })).toBeVisible();
  await picture(kiosk, 'kiosk');
  await kiosk.getByRole('button', { name: 'Chứng thực' }).click();
  await kiosk.getByRole('button', { name: 'Xác nhận và lấy số' }).click();
  await expect(kiosk.getByText('Số thứ tự của ông/bà')).toBeVisible();
  await picture(kiosk, 'kiosk-number');

  const ticket = await hall.takeAsCitizen('chung-thuc');
  const phone = await hall.visit(ticket.url, { screen: 'phone' });
  await expect(phone.getByText(ticket.number, { exact: true })).toBeVisible();
  await picture(phone, 'phone');

  const clerk = await hall.visit('clerk', { user: 'lan' });
  await expect(card(clerk)).toContainText('Đang phục vụ');
  await expect(large(clerk, 'Hoàn tất & gọi tiếp')).toBeVisible();
  await expect(clerk.locator('parked-list li').first()).toBeVisible();
  await picture(clerk, 'clerk');

  const reception = await hall.visit('reception', { user: 'lan' });
  await expect(reception.locator('ticket-list#asked li').first()).toBeVisible();
  await picture(reception, 'reception');

  const dashboard = await hall.visit('dashboard', { user: 'admin', screen: 'desk' });
  await expect(dashboard.locator('counter-table').getByText('lan')).toBeVisible();
  await expect(dashboard.locator('audit-list tbody tr').first()).toBeAttached();
  await picture(dashboard, 'dashboard');

  const admin = await hall.visit('admin', { user: 'admin' });
  await admin.getByRole('navigation').getByRole('button', { name: 'Quầy' }).click();
  await expect(admin.locator('counters-editor')).toBeVisible();
  await picture(admin, 'admin');
});

async function picture(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  await page.screenshot({ path: `${FOLDER}${name}.png`, animations: 'disabled' });
}

/** 07:30 in Hà Nội (UTC+7) on the next Monday, which lies ahead: sessions end in the future of this computer too. */
function nextMonday(): number {
  const day = 86_400_000;
  const monday = Math.floor(Date.now() / day) * day + 30 * 60_000 + day;
  return monday + ((8 - new Date(monday).getUTCDay()) % 7) * day;
}
