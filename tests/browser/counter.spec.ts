/** What a clerk does at the counter beside the natural next act. */

import { card, dialog, expect, large, sit, test } from './support/hall';

test('a missed call: recalled, absent, taken back once by reception', async ({ hall }) => {
  await hall.staff('lan', 'clerk');
  const clerk = await hall.visit('clerk', { user: 'lan' });
  const lobby = await hall.visit('lobby', { screen: 'lobby' });
  const ticket = await hall.take('chung-thuc');
  await sit(clerk, 1);
  await large(clerk, 'Gọi số tiếp theo').click();
  await expect(card(clerk)).toContainText(ticket.number);

  await clerk.keyboard.press('Numpad0');
  await expect(lobby.locator('lobby-calls li.large')).toContainText('Gọi lại lần 1');

  await expect(large(clerk, 'Bắt đầu phục vụ')).toBeEnabled();
  await clerk.getByRole('button', { name: 'Vắng mặt' }).click();
  await expect(card(clerk)).toContainText('Quầy đang trống');
  await expect(lobby.locator('lobby-calls li', { hasText: ticket.number })).toContainText('Đã qua lượt gọi');

  const reception = await hall.visit('reception', { user: 'lan' });
  const missed = reception.locator('ticket-list#absent');
  await missed.getByRole('button', { name: `Mời vào lại hàng chờ ${ticket.number}` }).click();
  await expect(missed).toContainText('Không có số vắng mặt');
  expect((await hall.ticket(ticket.id)).state).toBe('waiting');
});

test.describe('with a minute to come', () => {
  test.use({ files: ['patient.toml'], office: 'patient' });

  test('absent cannot be pressed before the minute is over', async ({ hall }) => {
    await hall.staff('lan', 'clerk');
    const clerk = await hall.visit('clerk', { user: 'lan' });
    await hall.take('chung-thuc');
    await clerk.getByRole('button', { name: 'Quầy số 1' }).click();
    await large(clerk, 'Gọi số tiếp theo').click();
    const absent = clerk.getByRole('button', { name: /Vắng mặt \(còn \d+ giây\)/ });
    await expect(absent).toBeVisible();
    await expect(absent).toBeDisabled();
    await clerk.keyboard.press('-');
    await expect(card(clerk)).toContainText('Đang gọi');
  });
});

test('a ticket goes to another service and keeps its number', async ({ hall }) => {
  await hall.staff('lan', 'clerk');
  await hall.staff('minh', 'clerk');
  const ticket = await hall.take('chung-thuc');
  const lan = await hall.visit('clerk', { user: 'lan' });
  await sit(lan, 1);
  await large(lan, 'Gọi số tiếp theo').click();
  await large(lan, 'Bắt đầu phục vụ').click();
  await expect(card(lan)).toContainText('Đang phục vụ');
  await expect(large(lan, 'Hoàn tất')).toBeEnabled();
  await lan.keyboard.press('4');
  await dialog(lan).getByRole('button', { name: 'Đất đai - Xây dựng' }).click();
  await expect(card(lan)).toContainText('Quầy đang trống');

  const minh = await hall.visit('clerk', { user: 'minh' });
  await sit(minh, 4);
  await large(minh, 'Gọi số tiếp theo').click();
  await expect(card(minh)).toContainText(ticket.number);

  await test.step('and from there to one counter, whose clerk gets it', async () => {
    await minh.getByRole('button', { name: 'Chuyển quầy / lĩnh vực' }).click();
    await dialog(minh).getByRole('button', { name: 'Quầy số 1' }).click();
    await expect(card(minh)).toContainText('Quầy đang trống');
    await large(lan, 'Gọi số tiếp theo').click();
    await expect(card(lan)).toContainText(ticket.number);
  });
});

test('a ticket waits for its signature and is called for its result', async ({ hall }) => {
  await hall.staff('lan', 'clerk');
  const [first, second] = [await hall.take('chung-thuc'), await hall.take('chung-thuc')];
  const clerk = await hall.visit('clerk', { user: 'lan' });
  const lobby = await hall.visit('lobby', { screen: 'lobby' });
  await sit(clerk, 2);
  for (const ticket of [first, second]) {
    await large(clerk, 'Gọi số tiếp theo').click();
    await expect(card(clerk)).toContainText(ticket.number);
    await large(clerk, 'Bắt đầu phục vụ').click();
    await expect(large(clerk, 'Hoàn tất')).toBeEnabled();
    await clerk.keyboard.press('2');
    await dialog(clerk).getByRole('button', { name: 'Trình lãnh đạo ký' }).click();
    await expect(clerk.locator('parked-list')).toContainText(ticket.number);
  }

  await test.step('thirty copies come down at once: reception marks them together', async () => {
    const reception = await hall.visit('reception', { user: 'lan' });
    const parked = reception.locator('ticket-list#parked');
    await parked.getByLabel('Chọn tất cả').check();
    await parked.getByRole('button', { name: 'Báo có kết quả (2)' }).click();
    await expect(parked.getByText('Đã có kết quả')).toHaveCount(2);
    await expect(parked.getByRole('button', { name: 'Đã có kết quả' })).toHaveCount(0);
  });

  await large(clerk, 'Gọi số tiếp theo').click();
  await expect(card(clerk)).toContainText(first.number);
  await expect(lobby.locator('lobby-calls li.large')).toContainText('Nhận kết quả');
});

test('a parked ticket is taken up again by its own counter', async ({ hall }) => {
  const lan = await hall.staff('lan', 'clerk');
  const ticket = await hall.take('chung-thuc');
  for (const act of ['open', 'call', 'start']) await hall.at(lan, 1, act);
  await hall.at(lan, 1, 'park', { reason: 'Trình ký' });
  const clerk = await hall.visit('clerk', { user: 'lan' });
  await clerk.locator('parked-list').getByRole('button', { name: 'Nhận lại' }).click();
  await expect(card(clerk)).toContainText(ticket.number);
  await expect(card(clerk)).toContainText('Đang gọi');
});

test('a number out of order needs a reason, which the hall and the supervisor see', async ({ hall }) => {
  await hall.staff('lan', 'clerk');
  await hall.staff('huong', 'supervisor');
  await hall.take('chung-thuc');
  const later = await hall.take('chung-thuc');
  const clerk = await hall.visit('clerk', { user: 'lan' });
  const lobby = await hall.visit('lobby', { screen: 'lobby' });
  await sit(clerk, 1);
  await expect(large(clerk, 'Gọi số tiếp theo')).toBeEnabled();
  await clerk.keyboard.press('5');
  await clerk.getByLabel('Số thứ tự').fill(later.number.toLowerCase());
  await clerk.getByRole('button', { name: 'Nhầm lĩnh vực, đã chờ' }).click();
  await clerk.getByRole('button', { name: 'Gọi số này' }).click();
  await expect(card(clerk)).toContainText(later.number);
  await expect(card(clerk)).toContainText('Gọi ngoài thứ tự: Nhầm lĩnh vực, đã chờ');
  await expect(lobby.locator('lobby-calls li.large')).toContainText('Ngoài thứ tự');

  const supervisor = await hall.visit('dashboard', { user: 'huong' });
  const row = supervisor.locator('audit-list tr', { hasText: 'Nhầm lĩnh vực, đã chờ' });
  await expect(row).toContainText('lan');
  await expect(row).toContainText(later.number);
});

test('pressing twice calls one citizen', async ({ hall }) => {
  await hall.staff('lan', 'clerk');
  const [first, second] = [await hall.take('chung-thuc'), await hall.take('chung-thuc')];
  const clerk = await hall.visit('clerk', { user: 'lan' });
  await expect(clerk.locator('choose-counter')).toBeVisible();
  await clerk.keyboard.press('Numpad1');
  await expect(large(clerk, 'Gọi số tiếp theo')).toBeEnabled();
  await large(clerk, 'Gọi số tiếp theo').dblclick();
  await expect(card(clerk)).toContainText(first.number);
  await expect(large(clerk, 'Bắt đầu phục vụ')).toBeEnabled();
  await expect(card(clerk)).toContainText('Đang gọi');
  expect((await hall.ticket(first.id)).state).toBe('called');
  expect((await hall.ticket(second.id)).state).toBe('waiting');
});

test('a pause with its reason, and the counter that a clerk finds again after a reload', async ({ hall }) => {
  await hall.staff('lan', 'clerk');
  const clerk = await hall.visit('clerk', { user: 'lan' });
  await sit(clerk, 3);
  await expect(large(clerk, 'Gọi số tiếp theo')).toBeEnabled();
  await clerk.keyboard.press('Numpad9');
  await clerk.keyboard.press('Numpad1');
  await expect(card(clerk)).toContainText('Quầy đang tạm nghỉ');
  await expect(card(clerk)).toContainText('Giải lao');
  await clerk.reload();
  await expect(card(clerk)).toContainText('Quầy đang tạm nghỉ');
  await large(clerk, 'Làm việc tiếp').click();
  await expect(card(clerk)).toContainText('Quầy đang trống');
  await expect(large(clerk, 'Gọi số tiếp theo')).toBeEnabled();
  await clerk.keyboard.press('/');
  await dialog(clerk).getByRole('button', { name: 'Đóng quầy' }).click();
  await expect(card(clerk)).toContainText('Quầy đang đóng');
});

test('Enter stays the next act after a click on a language, and nobody is called during an alarm', async ({ hall }) => {
  await hall.staff('lan', 'clerk');
  for (let i = 0; i < 2; i += 1) await hall.take('chung-thuc');
  const clerk = await hall.visit('clerk', { user: 'lan' });
  await sit(clerk, 2);
  await clerk.getByRole('button', { name: 'EN', exact: true }).click();
  await clerk.getByRole('button', { name: 'VI', exact: true }).click();
  await expect(large(clerk, 'Gọi số tiếp theo')).toBeEnabled();
  await clerk.keyboard.press('Enter');
  await expect(card(clerk)).toContainText('Đang gọi');
  await expect(large(clerk, 'Bắt đầu phục vụ')).toBeEnabled();
  await clerk.keyboard.press('Enter');
  await expect(large(clerk, 'Hoàn tất & gọi tiếp')).toBeVisible();
  await hall.lead('/alarm', { reason: 'Diễn tập' });
  await expect(clerk.getByRole('button', { name: 'Gọi số chỉ định' })).toBeDisabled();
  await large(clerk, 'Hoàn tất').click();
  await expect(card(clerk)).toContainText('Quầy đang trống');
  await expect(large(clerk, 'Gọi số tiếp theo')).toHaveAttribute('aria-disabled', 'true');
});

test('two clerks cannot sit at one counter', async ({ hall }) => {
  await hall.staff('lan', 'clerk');
  const minh = await hall.staff('minh', 'clerk');
  await hall.at(minh, 1, 'open');
  const clerk = await hall.visit('clerk', { user: 'lan' });
  await clerk.getByRole('button', { name: 'Quầy số 1' }).click();
  await expect(clerk.getByText('Quầy này đang có người khác trực.')).toBeVisible();
});
