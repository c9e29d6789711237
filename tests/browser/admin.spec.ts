/** Users and their passwords, and a layout that changes while the hall is open. */

import { dialog, expect, PASSWORD, test } from './support/hall';

test('a clerk changes the password and signs in with it', async ({ hall }) => {
  await hall.staff('lan', 'clerk');
  const clerk = await hall.visit('clerk', { user: 'lan' });
  await clerk.getByLabel('Tài khoản lan').click();
  await clerk.getByRole('button', { name: 'Đổi mật khẩu' }).click();
  const question = dialog(clerk);
  await question.getByLabel('Mật khẩu hiện tại').fill(PASSWORD);
  await question.getByLabel('Mật khẩu mới', { exact: true }).fill('mat-khau-rieng-1');
  await question.getByLabel('Nhập lại mật khẩu mới').fill('mat-khau-rieng-2');
  await question.getByRole('button', { name: 'Đổi mật khẩu' }).click();
  await expect(question).toContainText('không giống nhau');
  await question.getByLabel('Nhập lại mật khẩu mới').fill('mat-khau-rieng-1');
  await question.getByRole('button', { name: 'Đổi mật khẩu' }).click();
  await expect(clerk.getByText('Đã đổi mật khẩu.')).toBeVisible();

  await clerk.getByLabel('Tài khoản lan').click();
  await clerk.getByRole('button', { name: 'Đăng xuất' }).click();
  await clerk.getByLabel('Tên đăng nhập').fill('lan');
  await clerk.getByLabel('Mật khẩu').fill(PASSWORD);
  await clerk.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(clerk.getByRole('alert')).toContainText('Sai tên đăng nhập hoặc mật khẩu');
  await clerk.getByLabel('Mật khẩu').fill('mat-khau-rieng-1');
  await clerk.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(clerk.getByText('Chọn quầy của ông/bà')).toBeVisible();
});

test('a new clerk chooses a password of their own at the first sign-in', async ({ hall }) => {
  const admin = await hall.visit('admin', { user: 'admin' });
  await admin.getByRole('navigation').getByRole('button', { name: 'Người dùng' }).click();
  await admin.getByLabel('Tên đăng nhập').fill('minh');
  await admin.getByLabel('Mật khẩu ban đầu').fill('tam-thoi-123');
  await admin.getByRole('button', { name: 'Thêm người dùng' }).click();
  await expect(admin.locator('users-panel tr', { hasText: 'minh' })).toContainText('phải đổi mật khẩu');

  const clerk = await hall.visit('clerk');
  await clerk.getByLabel('Tên đăng nhập').fill('minh');
  await clerk.getByLabel('Mật khẩu').fill('tam-thoi-123');
  await clerk.getByRole('button', { name: 'Đăng nhập' }).click();
  await expect(clerk.getByText('Đặt mật khẩu của riêng ông/bà')).toBeVisible();
  await clerk.getByLabel('Mật khẩu hiện tại').fill('tam-thoi-123');
  await clerk.getByLabel('Mật khẩu mới', { exact: true }).fill('cua-rieng-minh-9');
  await clerk.getByLabel('Nhập lại mật khẩu mới').fill('cua-rieng-minh-9');
  await clerk.getByRole('button', { name: 'Đổi mật khẩu' }).click();
  await expect(clerk.getByText('Chọn quầy của ông/bà')).toBeVisible();

  await test.step('a forgotten one is reset by the administrator', async () => {
    await admin.getByRole('button', { name: 'Đặt lại mật khẩu minh' }).click();
    await dialog(admin).getByLabel('Mật khẩu ban đầu').fill('lai-tam-thoi-5');
    await dialog(admin).getByRole('button', { name: 'Đặt lại mật khẩu' }).click();
    await expect(admin.getByText('Đã đặt lại mật khẩu của minh')).toBeVisible();
  });
});

test('a service that the administrator adds is on the kiosk at once', async ({ hall }) => {
  const kiosk = await hall.visit('kiosk', { screen: 'kiosk' });
  const admin = await hall.visit('admin', { user: 'admin' });
  await admin.getByRole('button', { name: '+ Thêm lĩnh vực' }).click();
  await admin.getByLabel('Lĩnh vực 9 – Tên (vi)').fill('Thi đua - Khen thưởng');
  await admin.getByLabel('Lĩnh vực 9 – Tên (en)').fill('Awards');
  await admin.getByLabel('Lĩnh vực 9 – Ký hiệu').fill('X');
  await admin.getByRole('navigation').getByRole('button', { name: 'Quầy' }).click();
  await admin.getByRole('button', { name: '+ Thêm quầy' }).click();
  await admin.getByRole('button', { name: 'Quầy số 8, Chứng thực: Không có' }).click();
  await admin.getByRole('button', { name: 'Lưu' }).click();
  await expect(admin.getByText('Đã lưu và áp dụng ngay.')).toBeVisible();

  await kiosk.getByRole('button', { name: 'Chạm để bắt đầu lấy số' }).first().click();
  await kiosk.getByRole('button', { name: 'Thi đua - Khen thưởng' }).click();
  await kiosk.getByRole('button', { name: 'Xác nhận và lấy số' }).click();
  await expect(kiosk.getByText('X001', { exact: true })).toBeVisible();
});

test('a refused layout says where', async ({ hall }) => {
  const admin = await hall.visit('admin', { user: 'admin' });
  await admin.getByLabel('Lĩnh vực 2 – Tên (vi)').fill('');
  await admin.getByRole('navigation').getByRole('button', { name: 'Quầy' }).click();
  await admin.getByRole('button', { name: 'Lưu' }).click();
  await expect(admin.getByRole('alert')).toContainText('Lĩnh vực 2 (name');
  await expect(admin.getByLabel('Lĩnh vực 2 – Tên (vi)')).toHaveAttribute('aria-invalid', 'true');
  await admin.getByRole('button', { name: 'Bỏ thay đổi' }).click();
  await expect(admin.getByRole('alert')).toHaveCount(0);
});

test('a local address in the QR codes is warned about', async ({ hall }) => {
  const admin = await hall.visit('admin', { user: 'admin', lang: 'en' });
  await admin.getByRole('navigation').getByRole('button', { name: 'System' }).click();
  await expect(admin.getByRole('note')).toContainText('--public-url');
  const [backup] = await Promise.all([
    admin.waitForEvent('download'),
    admin.getByRole('link', { name: 'Download a backup' }).click(),
  ]);
  expect(backup.suggestedFilename()).toBe('queue-backup.jsonl');
});
