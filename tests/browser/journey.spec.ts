/** One citizen from the first touch to the counter, in both languages. */

import { card, expect, large, PASSWORD, test } from './support/hall';

const WORDS = {
  vi: {
    touch: 'Chạm để bắt đầu lấy số', service: 'Chứng thực', confirm: 'Xác nhận và lấy số', yours: 'Số thứ tự của ông/bà',
    user: 'Tên đăng nhập', password: 'Mật khẩu', signIn: 'Đăng nhập', counter: 'Quầy số 2', call: 'Gọi số tiếp theo',
    calling: 'Đang gọi', start: 'Bắt đầu phục vụ', serving: 'Đang phục vụ', finish: 'Hoàn tất', free: 'Quầy đang trống',
    come: 'Kính mời ông/bà đến',
  },
  en: {
    touch: 'Touch to start', service: 'Certification', confirm: 'Confirm and get number', yours: 'Your number',
    user: 'User name', password: 'Password', signIn: 'Sign in', counter: 'Counter 2', call: 'Call next',
    calling: 'Calling', start: 'Start serving', serving: 'Serving', finish: 'Finish', free: 'The counter is free',
    come: 'Please go to',
  },
} as const;

for (const lang of ['vi', 'en'] as const) {
  const words = WORDS[lang];

  test(`a citizen takes a number in three taps and is called (${lang})`, async ({ hall }) => {
    await hall.staff('lan', 'clerk');
    const lobby = await hall.visit('lobby', { screen: 'lobby' });
    const kiosk = await hall.visit('kiosk', { screen: 'kiosk' });

    await test.step('three taps at the kiosk give a number', async () => {
      await kiosk.getByRole('button', { name: words.touch }).click();
      await kiosk.getByRole('button', { name: words.service }).click();
      await kiosk.getByRole('button', { name: words.confirm }).click();
      await expect(kiosk.getByText(words.yours)).toBeVisible();
      await expect(kiosk.getByText('A001', { exact: true })).toBeVisible();
      await expect(lobby.locator('lobby-services tr', { hasText: 'Chứng thực' }).locator('.waiting')).toHaveText('1');
    });

    const ticket = await hall.takeAsCitizen('chung-thuc', { lang });
    expect(ticket.number).toBe('A002');
    const phone = await hall.visit(ticket.url, { screen: 'phone' });
    await expect(phone.getByText('A002', { exact: true })).toBeVisible();

    const clerk = await hall.visit('clerk', { lang });
    await test.step('the clerk signs in and opens the counter', async () => {
      await clerk.getByLabel(words.user).fill('lan');
      await clerk.getByLabel(words.password).fill(PASSWORD);
      await clerk.getByRole('button', { name: words.signIn }).click();
      await clerk.locator('choose-counter').getByRole('button', { name: words.counter }).click();
      await expect(card(clerk)).toContainText(words.free);
    });

    await test.step('the first call reaches the lobby and flashes there', async () => {
      await large(clerk, words.call).click();
      await expect(card(clerk)).toContainText(words.calling);
      await expect(card(clerk)).toContainText('A001');
      const row = lobby.locator('lobby-calls li.large');
      await expect(row).toContainText('A001');
      await expect(row).toHaveClass(/flash/);
      await expect(row.locator('.where .number')).toHaveText('2');
    });

    await test.step('the clerk serves, and the next call turns the phone', async () => {
      await large(clerk, words.start).click();
      await expect(card(clerk)).toContainText(words.serving);
      await large(clerk, words.finish).click();
      await expect(card(clerk)).toContainText('A002');
      await expect(phone.getByText(words.come).first()).toBeVisible();
      await expect(lobby.locator('lobby-calls li.large')).toContainText('A002');
    });

    await test.step('Enter alone does the rest', async () => {
      await expect(large(clerk, words.start)).toBeEnabled();
      await clerk.keyboard.press('Enter');
      await expect(card(clerk)).toContainText(words.serving);
      await expect(large(clerk, words.finish)).toBeEnabled();
      await clerk.keyboard.press('Enter');
      await expect(card(clerk)).toContainText(words.free);
      expect((await hall.ticket(ticket.id)).state).toBe('finished');
    });
  });
}
