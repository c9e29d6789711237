/** The line is cut, the server dies and comes back: screens keep what they know, say so, and heal by themselves. */

import { card, expect, large, sit, test } from './support/hall';

test('the lobby keeps its board while the server is away, and heals', async ({ hall }) => {
  hall.cuts = true;
  const lan = await hall.staff('lan', 'clerk');
  const ticket = await hall.take('chung-thuc');
  for (const act of ['open', 'call']) await hall.at(lan, 1, act);
  const lobby = await hall.visit('lobby', { screen: 'lobby' });
  await expect(lobby.locator('lobby-calls li.large')).toContainText(ticket.number);

  await hall.server.kill();
  await expect(lobby.getByText(/Đang kết nối lại, dữ liệu lúc \d\d:\d\d:\d\d/)).toBeVisible({ timeout: 20_000 });
  await expect(lobby.locator('lobby-calls li.large')).toContainText(ticket.number);

  await hall.server.restart();
  await expect(lobby.getByText(/Đang kết nối lại/)).toHaveCount(0, { timeout: 20_000 });
  const next = await hall.take('chung-thuc');
  const again = await hall.staff('lan', 'clerk');
  await hall.at(again, 1, 'start');
  await hall.at(again, 1, 'call');
  await expect(lobby.locator('lobby-calls li.large')).toContainText(next.number);
});

test('the kiosk says that the server is away and comes back by itself', async ({ hall }) => {
  hall.cuts = true;
  const kiosk = await hall.visit('kiosk', { screen: 'kiosk' });
  await expect(kiosk.getByRole('button', { name: 'Chạm để bắt đầu lấy số' })).toBeVisible();
  await hall.server.kill();
  await expect(kiosk.getByText('Máy đang kết nối lại')).toBeVisible({ timeout: 20_000 });
  await hall.server.restart();
  await expect(kiosk.getByRole('button', { name: 'Chạm để bắt đầu lấy số' })).toBeVisible({ timeout: 20_000 });
});

test('a number asked for while the server restarts is given once', async ({ hall }) => {
  hall.cuts = true;
  const kiosk = await hall.visit('kiosk', { screen: 'kiosk' });
  await kiosk.getByRole('button', { name: 'Chạm để bắt đầu lấy số' }).first().click();
  await kiosk.getByRole('button', { name: 'Chứng thực' }).click();
  await hall.server.kill();
  await kiosk.getByRole('button', { name: 'Xác nhận và lấy số' }).click();
  await expect(kiosk.getByText('Đang lấy số…')).toBeVisible();
  await hall.server.restart();
  await expect(kiosk.getByText('A001', { exact: true })).toBeVisible({ timeout: 30_000 });
  expect((await hall.take('chung-thuc')).number).toBe('A002');
});

test('the console says that the line is cut and goes on where it was', async ({ hall }) => {
  hall.cuts = true;
  await hall.staff('lan', 'clerk');
  const ticket = await hall.take('chung-thuc');
  const clerk = await hall.visit('clerk', { user: 'lan' });
  await sit(clerk, 1);
  await large(clerk, 'Gọi số tiếp theo').click();
  await expect(card(clerk)).toContainText(ticket.number);
  await clerk.context().setOffline(true);
  await hall.server.kill();
  await expect(clerk.getByText('Đang kết nối lại…')).toBeVisible({ timeout: 20_000 });
  await expect(card(clerk)).toContainText(ticket.number);
  await hall.server.restart();
  await clerk.context().setOffline(false);
  await expect(clerk.getByText('Đã kết nối')).toBeVisible({ timeout: 20_000 });
  await large(clerk, 'Bắt đầu phục vụ').click();
  await expect(card(clerk)).toContainText('Đang phục vụ');
});

test('a line that died without a word is found, and the lobby is right within five seconds of the cure', async ({ hall }) => {
  hall.cuts = true;
  const lan = await hall.staff('lan', 'clerk');
  await hall.at(lan, 1, 'open');
  // Messages vanish, and no line is ever closed: of those that are open now, and of those made while it lasts.
  let vanishing = false;
  const kill: (() => void)[] = [];
  const lobby = await hall.visit('lobby', {
    screen: 'lobby',
    prepare: (page) =>
      page.routeWebSocket(/live\/lobby/, (line) => {
        let dead = vanishing;
        kill.push(() => (dead = true));
        const server = line.connectToServer();
        server.onMessage((message) => {
          if (!dead) line.send(message);
        });
      }),
  });
  const first = await hall.take('chung-thuc');
  await hall.at(lan, 1, 'call');
  await expect(lobby.locator('lobby-calls li.large')).toContainText(first.number);

  vanishing = true;
  for (const end of kill) end();
  const second = await hall.take('chung-thuc');
  for (const act of ['start', 'call']) await hall.at(lan, 1, act);
  await expect(lobby.getByText(/Đang kết nối lại, dữ liệu lúc/)).toBeVisible({ timeout: 20_000 });
  await expect(lobby.locator('lobby-calls li.large')).toContainText(first.number);

  vanishing = false;
  await expect(lobby.locator('lobby-calls li.large')).toContainText(second.number, { timeout: 5_000 });
  await expect(lobby.getByText(/Đang kết nối lại/)).toHaveCount(0);
});
