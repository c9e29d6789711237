/** Every page in every state is free of what axe calls a violation of WCAG 2.1 A and AA. */

import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';

import { card, dialog, expect, large, sit, test } from './support/hall';

// A scan of a full page takes seconds.
test.slow();

async function clean(page: Page, state: string): Promise<void> {
  // Colours in the middle of a transition are nobody's colours.
  await page.waitForFunction(() => document.getAnimations().every((each) => each.playState !== 'running' || !isFinite(Number(each.effect?.getComputedTiming().endTime))));
  const found = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']).analyze();
  const told = found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => `${node.target.join(' ')} (${node.failureSummary ?? ''})`).join('; ')}`);
  expect(told, state).toEqual([]);
}

test('the citizens’ pages', async ({ hall }) => {
  const lan = await hall.staff('lan', 'clerk');
  const kiosk = await hall.visit('kiosk', { screen: 'kiosk' });
  await expect(kiosk.getByRole('button', { name: 'Chạm để bắt đầu lấy số' })).toBeVisible();
  await clean(kiosk, 'kiosk: start');
  await kiosk.getByRole('button', { name: 'Chạm để bắt đầu lấy số' }).click();
  await clean(kiosk, 'kiosk: services');
  await kiosk.getByRole('button', { name: 'Chứng thực' }).click();
  await clean(kiosk, 'kiosk: confirm');
  await kiosk.getByRole('button', { name: 'Đề nghị: Ưu tiên' }).click();
  await kiosk.getByRole('button', { name: 'Xác nhận và lấy số' }).click();
  await expect(kiosk.getByText('A001', { exact: true })).toBeVisible();
  await clean(kiosk, 'kiosk: result');

  const lobby = await hall.visit('lobby', { screen: 'lobby' });
  await expect(lobby.getByText('Chưa có số nào được gọi')).toBeVisible();
  await clean(lobby, 'lobby: empty');
  const ticket = await hall.takeAsCitizen('chung-thuc');
  const phone = await hall.visit(ticket.url, { screen: 'phone' });
  await expect(phone.getByText(ticket.number, { exact: true })).toBeVisible();
  await clean(phone, 'phone: waiting');
  for (const act of ['open', 'call', 'start', 'call']) await hall.at(lan, 1, act);
  await expect(lobby.locator('lobby-calls li.large')).toContainText(ticket.number);
  await clean(lobby, 'lobby: called');
  await expect(phone.getByText('Kính mời ông/bà đến')).toBeVisible();
  await clean(phone, 'phone: called');
  await hall.at(lan, 1, 'start');
  await hall.at(lan, 1, 'finish');
  await expect(phone.getByText(/hài lòng/i).first()).toBeVisible();
  await clean(phone, 'phone: finished');
  const later = await hall.takeAsCitizen('chung-thuc');
  await hall.lead('/alarm', { reason: 'Diễn tập' });
  await expect(lobby.getByRole('alert')).toBeVisible();
  await clean(lobby, 'lobby: alarm');
  await expect(kiosk.getByRole('heading', { name: 'BÁO ĐỘNG / ALARM' })).toBeVisible();
  await clean(kiosk, 'kiosk: alarm');
  const leaving = await hall.visit(later.url, { screen: 'phone' });
  await expect(leaving.getByText('bình tĩnh rời khỏi tòa nhà')).toBeVisible();
  await expect(leaving.getByText('Thời gian chờ dự kiến')).toHaveCount(0);
  await clean(leaving, 'phone: alarm');
  await clean(await hall.visit('/'), 'the first page');
  await clean(await hall.visit('/t/00000000000000000000000000', { screen: 'phone' }), 'phone: unknown');
});

test('the clerk’s page', async ({ hall }) => {
  const lan = await hall.staff('lan', 'clerk');
  const clerk = await hall.visit('clerk');
  await expect(clerk.getByLabel('Mật khẩu')).toBeVisible();
  await clean(clerk, 'sign-in');
  for (let i = 0; i < 4; i += 1) await hall.take('chung-thuc', { class: 'priority', dossiers: 3, assist: true });
  for (const act of ['open', 'call', 'start']) await hall.at(lan, 2, act);
  await hall.at(lan, 2, 'park', { reason: 'Trình ký' });
  await hall.at(lan, 2, 'close');
  const page = await hall.visit('clerk', { user: 'lan' });
  await expect(page.locator('choose-counter')).toBeVisible();
  await clean(page, 'choose a counter');
  await sit(page, 2);
  await clean(page, 'free');
  await large(page, 'Gọi số tiếp theo').click();
  await expect(card(page)).toContainText('Đang gọi');
  await clean(page, 'called');
  await expect(large(page, 'Bắt đầu phục vụ')).toBeEnabled();
  await large(page, 'Bắt đầu phục vụ').click();
  await expect(card(page)).toContainText('Đang phục vụ');
  await clean(page, 'serving');
  for (const [key, what] of [['2', 'park'], ['4', 'transfer'], ['5', 'choose a number'], ['6', 'take up'], ['9', 'pause']] as const) {
    await page.keyboard.press(key);
    await expect(dialog(page).first()).toBeAttached();
    await clean(page, what);
    await page.keyboard.press('Escape');
    await expect(dialog(page)).toHaveCount(0);
  }
  await page.getByLabel('Tài khoản lan').click();
  await clean(page, 'menu');
  await page.getByRole('button', { name: 'Đổi mật khẩu' }).click();
  await clean(page, 'password');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Báo động' }).click();
  await clean(page, 'alarm asked');
  await dialog(page).getByRole('button', { name: 'Phát báo động' }).click();
  await expect(page.getByText('ĐANG BÁO ĐỘNG')).toBeVisible();
  await clean(page, 'alarm');
});

test('reception, dashboard and admin', async ({ hall }) => {
  const lan = await hall.staff('lan', 'clerk');
  await hall.takeAsCitizen('chung-thuc', { class: 'priority', assist: true });
  for (let i = 0; i < 4; i += 1) await hall.take('chung-thuc');
  await hall.at(lan, 1, 'open');
  for (const act of ['call', 'start', 'call']) await hall.at(lan, 1, act);
  await hall.at(lan, 1, 'absent');
  for (let i = 0; i < 2; i += 1) {
    await hall.at(lan, 1, 'call');
    await hall.at(lan, 1, 'start');
    await hall.at(lan, 1, 'park', { reason: 'Trình ký' });
  }
  const reception = await hall.visit('reception', { user: 'lan' });
  await reception.locator('issue-panel').getByRole('button', { name: 'Hộ tịch' }).click();
  await expect(reception.getByText('Đã phát số B001')).toBeVisible();
  await reception.getByLabel('Nhiều lĩnh vực theo thứ tự').check();
  await clean(reception, 'reception');

  const dashboard = await hall.visit('dashboard', { user: 'admin' });
  await expect(dashboard.locator('audit-list tbody tr').first()).toBeVisible();
  await clean(dashboard, 'dashboard');
  await dashboard.getByRole('button', { name: 'Khóa sổ ngày' }).click();
  await clean(dashboard, 'dashboard: close the day');

  const admin = await hall.visit('admin', { user: 'admin' });
  for (const tab of ['Lĩnh vực', 'Quầy', 'Đối tượng', 'Giờ tiếp nhận', 'Thông báo', 'Đơn vị', 'Người dùng', 'Hệ thống']) {
    await admin.getByRole('navigation').getByRole('button', { name: tab }).click();
    await expect(admin.getByRole('heading', { name: tab, level: 2 })).toBeVisible();
    if (tab === 'Giờ tiếp nhận') await admin.getByLabel('Theo giờ dưới đây').check();
    if (tab === 'Thông báo') await admin.getByRole('button', { name: '+ Thêm thông báo' }).click();
    await clean(admin, `admin: ${tab}`);
  }

  await hall.lead('/alarm', { reason: 'Diễn tập' });
  const alarmed = await hall.visit('dashboard', { user: 'admin' });
  await expect(alarmed.getByRole('button', { name: 'Kết thúc báo động' })).toBeVisible();
  await expect(alarmed.locator('audit-list tbody tr').first()).toBeVisible();
  await clean(alarmed, 'dashboard: alarm');
});
