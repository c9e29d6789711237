/** What supervisors do: free a counter, alarm, close the day. */

import { card, dialog, expect, large, test } from './support/hall';

test('a supervisor frees a counter whose clerk has left, and the ticket keeps its place', async ({ hall }) => {
  const lan = await hall.staff('lan', 'clerk');
  await hall.staff('huong', 'supervisor');
  const ticket = await hall.take('chung-thuc');
  for (const act of ['open', 'call']) await hall.at(lan, 1, act);
  const clerk = await hall.visit('clerk', { user: 'lan' });
  await expect(card(clerk)).toContainText(ticket.number);

  const supervisor = await hall.visit('dashboard', { user: 'huong' });
  const row = supervisor.locator('counter-table tr', { hasText: 'Quầy số 1' });
  await expect(row).toContainText('lan');
  await row.getByRole('button', { name: 'Giải phóng quầy 1' }).click();
  await dialog(supervisor).getByRole('button', { name: 'Giải phóng quầy' }).click();
  await expect(row).toContainText('Đang đóng');
  await expect(card(clerk)).toContainText('Quầy đang đóng');
  await expect(large(clerk, 'Mở quầy')).toBeVisible();
  expect((await hall.ticket(ticket.id)).state).toBe('waiting');
});

test('the alarm of a clerk covers every screen until a supervisor ends it', async ({ hall }) => {
  await hall.staff('lan', 'clerk');
  await hall.staff('huong', 'supervisor');
  const ticket = await hall.take('chung-thuc');
  const lobby = await hall.visit('lobby', { screen: 'lobby' });
  const kiosk = await hall.visit('kiosk', { screen: 'kiosk' });
  const phone = await hall.visit(ticket.url, { screen: 'phone' });
  const clerk = await hall.visit('clerk', { user: 'lan' });
  const supervisor = await hall.visit('dashboard', { user: 'huong' });
  await expect(phone.getByText(ticket.number, { exact: true })).toBeVisible();

  await clerk.getByRole('button', { name: 'Báo động' }).click();
  await dialog(clerk).getByRole('button', { name: 'Diễn tập' }).click();
  await dialog(clerk).getByRole('button', { name: 'Phát báo động' }).click();
  await expect(lobby.getByRole('alert')).toBeVisible();
  await expect(kiosk.getByRole('heading', { name: 'BÁO ĐỘNG / ALARM' })).toBeVisible();
  await expect(phone.getByText('bình tĩnh rời khỏi tòa nhà')).toBeVisible({ timeout: 30_000 });
  for (const page of [clerk, supervisor]) await expect(page.getByText('ĐANG BÁO ĐỘNG')).toBeVisible();
  await expect(clerk.getByRole('button', { name: 'Kết thúc báo động' })).toHaveCount(0);

  await supervisor.getByRole('button', { name: 'Kết thúc báo động' }).click();
  await dialog(supervisor).getByRole('button', { name: 'Kết thúc báo động' }).click();
  await expect(lobby.locator('lobby-alarm')).toHaveCount(0);
  await expect(kiosk.getByRole('button', { name: 'Chạm để bắt đầu lấy số' })).toBeVisible();
  await expect(clerk.getByText('ĐANG BÁO ĐỘNG')).toHaveCount(0);
});

test('the day is closed with a reason while people wait, and opened again', async ({ hall }) => {
  await hall.staff('huong', 'supervisor');
  const ticket = await hall.take('chung-thuc');
  const supervisor = await hall.visit('dashboard', { user: 'huong' });
  const kiosk = await hall.visit('kiosk', { screen: 'kiosk' });
  await expect(supervisor.locator('figure-tiles')).toContainText('trên 1 số đã phát');
  await supervisor.getByRole('button', { name: 'Khóa sổ ngày' }).click();
  const question = dialog(supervisor);
  await expect(question).toContainText('Còn 1 công dân đang chờ');
  await expect(question.getByRole('button', { name: 'Khóa sổ ngày' })).toBeDisabled();
  await question.getByLabel('Lý do').fill('Mất điện');
  await question.getByRole('button', { name: 'Khóa sổ ngày' }).click();
  await expect(supervisor.getByText('Đã khóa sổ ngày.')).toBeVisible();
  await expect(kiosk.getByText('Hôm nay đã kết thúc tiếp nhận')).toBeVisible({ timeout: 30_000 });
  expect((await hall.ticket(ticket.id)).state).toBe('expired');

  await supervisor.getByRole('button', { name: 'Mở lại ngày' }).click();
  await dialog(supervisor).getByLabel('Lý do').fill('Có điện lại');
  await dialog(supervisor).getByRole('button', { name: 'Mở lại ngày' }).click();
  await expect(kiosk.getByRole('button', { name: 'Chạm để bắt đầu lấy số' })).toBeVisible({ timeout: 30_000 });
});

test('a supervisor releases a citizen who has left, and finds all acts on the number', async ({ hall }) => {
  await hall.staff('huong', 'supervisor');
  const [left, stays] = [await hall.take('chung-thuc'), await hall.take('chung-thuc')];
  const supervisor = await hall.visit('dashboard', { user: 'huong' });
  await supervisor.getByRole('button', { name: 'Cho thôi chờ' }).click();
  await dialog(supervisor).getByLabel('Số thứ tự').fill(left.number);
  await dialog(supervisor).getByRole('button', { name: 'Công dân đã về' }).click();
  await dialog(supervisor).getByRole('button', { name: 'Cho thôi chờ' }).click();
  await expect(supervisor.getByText(`Đã cho số ${left.number} thôi chờ`)).toBeVisible();
  expect((await hall.ticket(left.id)).state).toBe('cancelled');
  expect((await hall.ticket(stays.id)).state).toBe('waiting');

  const audit = supervisor.locator('audit-list');
  await audit.getByLabel('Tìm theo số').fill(left.number);
  await audit.getByRole('button', { name: 'Tìm' }).click();
  await expect(audit.locator('tbody tr')).toHaveCount(2);
  await expect(audit.locator('tbody tr').first()).toContainText('Công dân đã về');
  await expect(audit.locator('tbody tr').last()).toContainText('Phát số');
});

test('a clerk may not see the dashboard', async ({ hall }) => {
  await hall.staff('lan', 'clerk');
  const page = await hall.visit('dashboard', { user: 'lan' });
  await expect(page.getByText('Tài khoản chưa có quyền dùng trang này')).toBeVisible();
});
