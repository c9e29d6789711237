/** Priority that is asked for, numbers for people at the desk, wrong services. */

import { expect, test } from './support/hall';

test('priority waits as normal until reception confirms it', async ({ hall }) => {
  const lan = await hall.staff('lan', 'clerk');
  const kiosk = await hall.visit('kiosk', { screen: 'kiosk' });
  const before = await hall.take('chung-thuc');
  await kiosk.getByRole('button', { name: 'Chạm để bắt đầu lấy số' }).first().click();
  await kiosk.getByRole('button', { name: 'Chứng thực' }).click();
  await kiosk.getByRole('button', { name: 'Đề nghị: Ưu tiên' }).click();
  await kiosk.getByRole('button', { name: 'Xác nhận và lấy số' }).click();
  await expect(kiosk.getByText('A002', { exact: true })).toBeVisible();
  await expect(kiosk.getByText('đang chờ cán bộ xác nhận')).toBeVisible();

  const reception = await hall.visit('reception', { user: 'lan' });
  const asked = reception.locator('ticket-list#asked');
  await expect(asked).toContainText('A002');
  await asked.getByRole('button', { name: 'Xác nhận ưu tiên A002' }).click();
  await expect(asked).toContainText('Không có yêu cầu ưu tiên');

  await test.step('the credit grows four times as fast, so that it soon overtakes', async () => {
    await hall.at(lan, 1, 'open');
    await expect(async () => {
      const ahead = (await hall.ticket(before.id)) as unknown as { ahead: number };
      expect(ahead.ahead).toBe(1);
    }).toPass({ timeout: 20_000 });
  });
});

test('one press gives a number at the desk, with the class at once', async ({ hall }) => {
  await hall.staff('lan', 'clerk');
  const reception = await hall.visit('reception', { user: 'lan' });
  await reception.getByRole('button', { name: 'Ưu tiên', exact: true }).click();
  await reception.getByRole('button', { name: 'Thêm một' }).click();
  await reception.locator('issue-panel').getByRole('button', { name: 'Hộ tịch - Tư pháp' }).click();
  await expect(reception.getByText('Đã phát số B001')).toBeVisible();
  await expect(reception.getByRole('button', { name: 'Thường', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await expect(reception.locator('ticket-list#asked')).toContainText('Không có yêu cầu ưu tiên');
});

test('one number through several services, in order', async ({ hall }) => {
  await hall.staff('lan', 'clerk');
  const minh = await hall.staff('minh', 'clerk');
  const reception = await hall.visit('reception', { user: 'lan' });
  await reception.getByLabel('Nhiều lĩnh vực theo thứ tự').check();
  const panel = reception.locator('issue-panel');
  await panel.getByRole('button', { name: 'Đất đai' }).click();
  await panel.getByRole('button', { name: 'Trả kết quả' }).click();
  await panel.getByRole('button', { name: 'Lấy số' }).click();
  await expect(reception.getByText('Đã phát số L001')).toBeVisible();
  for (const act of ['open', 'call', 'start', 'finish', 'close']) await hall.at(minh, 4, act);
  await hall.at(minh, 7, 'open');
  expect((await hall.at(minh, 7, 'call')).ticket?.number).toBe('L001');
});

test('a wrong service is corrected by number; who does not exist is said', async ({ hall }) => {
  await hall.staff('lan', 'clerk');
  const ticket = await hall.takeAsCitizen('dat-dai');
  const reception = await hall.visit('reception', { user: 'lan' });
  const form = reception.locator('move-form');
  await form.getByLabel('Số', { exact: true }).fill('L999');
  await form.getByRole('button', { name: 'Chuyển' }).click();
  await expect(reception.getByText('Không thấy số L999 trong hôm nay.')).toBeVisible();
  await form.getByLabel('Số', { exact: true }).fill(ticket.number);
  await form.getByLabel('Lĩnh vực đúng').selectOption({ label: 'Chứng thực' });
  await form.getByRole('button', { name: 'Chuyển' }).click();
  await expect(reception.getByText(`${ticket.number} đã chuyển sang Chứng thực`)).toBeVisible();
  expect((await hall.ticket(ticket.id)) as unknown).toMatchObject({ service: 'chung-thuc', number: ticket.number });
});
