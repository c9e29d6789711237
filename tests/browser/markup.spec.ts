/** Names with markup are shown as text on every page. */

import { expect, large, test } from './support/hall';

test.use({ files: ['markup.toml'], office: 'markup' });

test('markup in names is text everywhere', async ({ hall }) => {
  const lan = await hall.staff('lan', 'clerk');
  const ticket = await hall.take('chung-thuc');
  await hall.at(lan, 1, 'open');
  await hall.at(lan, 1, 'call');
  await hall.at(lan, 1, 'park', { reason: '<img src=x onerror=alert(2)>' });

  const lobby = await hall.visit('lobby', { screen: 'lobby' });
  await expect(lobby.getByText('<b>Phường</b>').first()).toBeVisible();
  await expect(lobby.getByText('<script>alert(1)</script>Chứng thực').first()).toBeVisible();
  const kiosk = await hall.visit('kiosk', { screen: 'kiosk' });
  await kiosk.getByRole('button', { name: 'Chạm để bắt đầu lấy số' }).first().click();
  await expect(kiosk.getByText('<script>alert(1)</script>Chứng thực')).toBeVisible();
  const phone = await hall.visit(ticket.url, { screen: 'phone' });
  await expect(phone.getByText('<script>alert(1)</script>Chứng thực').first()).toBeVisible();
  const clerk = await hall.visit('clerk', { user: 'lan' });
  await expect(large(clerk, 'Gọi số tiếp theo')).toBeVisible();
  await expect(clerk.getByText('<script>alert(1)</script>Chứng thực').first()).toBeVisible();
  const reception = await hall.visit('reception', { user: 'lan' });
  await expect(reception.getByText('<script>alert(1)</script>Chứng thực').first()).toBeVisible();
  const dashboard = await hall.visit('dashboard', { user: 'admin' });
  await expect(dashboard.getByText('<img src=x onerror=alert(2)>')).toBeVisible();
  const admin = await hall.visit('admin', { user: 'admin' });
  await expect(admin.getByLabel('Lĩnh vực 1 – Tên (vi)')).toHaveValue('<script>alert(1)</script>Chứng thực');
  const home = await hall.visit('/');
  await expect(home.getByText('<b>Phường</b>').first()).toBeVisible();
});
