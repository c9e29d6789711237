/** The server's disk is full or broken: the pages say so in the words of their people, and go on when it is well. */

import { type Page } from '@playwright/test';

import { card, expect, large, sit, test, type Hall } from './support/hall';

const FULL = { vi: 'Máy chủ hết chỗ lưu: xin báo quản trị hệ thống.', en: "The server's disk is full: please tell the administrator." };
const UNKNOWN = { vi: 'Chưa rõ kết quả. Máy đang hỏi lại.', en: 'The outcome is not known yet. It is being asked again.' };

test.use({ watched: true });

test('the kiosk says that the disk is full, and gives the number when there is room', async ({ hall }) => {
  const kiosk = await hall.visit('kiosk', { screen: 'kiosk' });
  await fill(hall);
  await press(kiosk, 'vi');
  await expect(kiosk.getByText(FULL.vi)).toBeVisible();
  await kiosk.getByRole('button', { name: 'Về đầu' }).click();
  await press(kiosk, 'en');
  await expect(kiosk.getByText(FULL.en)).toBeVisible();

  await makeRoom(hall);
  await kiosk.getByRole('button', { name: 'Try again' }).click();
  await expect(kiosk.getByText('A001', { exact: true })).toBeVisible();
});

for (const lang of ['vi', 'en'] as const) {
  test(`the clerk reads that the disk is full, and calls when there is room (${lang})`, async ({ hall }) => {
    const { clerk, number } = await deskWithOneWaiting(hall, lang);
    await fill(hall);
    await next(clerk, lang).click();
    await expect(clerk.getByText(FULL[lang])).toBeVisible();
    await makeRoom(hall);
    await next(clerk, lang).click();
    await expect(card(clerk)).toContainText(number);
  });

  test(`the clerk reads that nobody knows what came of a call, and it is called once (${lang})`, async ({ hall }) => {
    hall.cuts = true;
    const { clerk, number } = await deskWithOneWaiting(hall, lang);
    await hall.server.fail('sync EIO 1 0 journal/kim-lien/db');
    await next(clerk, lang).click();
    await expect(clerk.getByText(UNKNOWN[lang])).toBeVisible();
    expect(await hall.server.ended()).toBe(4);
    await hall.server.fail();
    await hall.server.restart();
    // The same key is asked again until there is an answer; a clerk who gave up before presses once more.
    await expect(async () => {
      if (await next(clerk, lang).isVisible()) await next(clerk, lang).click({ timeout: 1_000 });
      await expect(card(clerk)).toContainText(number, { timeout: 3_000 });
    }).toPass({ timeout: 40_000 });
  });
}

test('the kiosk says that nobody knows, asks again, and gives one number', async ({ hall }) => {
  hall.cuts = true;
  for (const [lang, number] of [['vi', 'A001'], ['en', 'A002']] as const) {
    const kiosk = await hall.visit('kiosk', { screen: 'kiosk' });
    await hall.server.fail('sync EIO 1 0 journal/kim-lien/db');
    await press(kiosk, lang);
    await expect(kiosk.getByText(UNKNOWN[lang])).toBeVisible();
    expect(await hall.server.ended()).toBe(4);
    await hall.server.fail();
    await hall.server.restart();
    await expect(kiosk.getByText(number, { exact: true })).toBeVisible({ timeout: 40_000 });
    await kiosk.close();
  }
});

async function deskWithOneWaiting(hall: Hall, lang: 'vi' | 'en'): Promise<{ clerk: Page; number: string }> {
  await hall.staff('lan', 'clerk');
  const { number } = await hall.take('chung-thuc');
  const clerk = await hall.visit('clerk', { user: 'lan', lang });
  if (lang === 'vi') await sit(clerk, 1);
  else await clerk.locator('choose-counter').getByRole('button', { name: 'Counter 1' }).click();
  await expect(next(clerk, lang)).toBeEnabled();
  return { clerk, number };
}

function next(clerk: Page, lang: 'vi' | 'en'): ReturnType<Page['locator']> {
  return large(clerk, lang === 'vi' ? 'Gọi số tiếp theo' : 'Call next');
}

/** Three taps for a number. */
async function press(kiosk: Page, lang: 'vi' | 'en'): Promise<void> {
  const words = lang === 'vi' ? ['Chạm để bắt đầu lấy số', 'Chứng thực', 'Xác nhận và lấy số'] : ['Touch to start', 'Certification', 'Confirm and get number'];
  for (const name of words) await kiosk.getByRole('button', { name }).first().click();
}

async function fill(hall: Hall): Promise<void> {
  await hall.server.fail('statvfs low 1 0 *');
  await hall.untilReadyIs(503);
}

async function makeRoom(hall: Hall): Promise<void> {
  await hall.server.fail();
  await hall.untilReadyIs(200);
}
