import { describe, expect, it } from 'vitest';

import type { CounterLayout, Layout } from '../../wire';
import { dutyOf, faultOf, finished, freeId, hoursOf, isLoopback, moved, newCounter, newService, nextDuty, slug, weekOf } from './draft';

const layout: Layout = {
  id: 'o', time_zone: 'Asia/Ho_Chi_Minh', languages: ['vi', 'en'], voices: [], name: { vi: 'Phường' }, absent_after_s: 0,
  classes: [{ id: 'normal', name: { vi: 'Thường' }, credit_per_minute: 1, confirm: false }],
  services: [{ id: 'chung-thuc', prefix: 'A', first_number: 1, digits: 3, name: { vi: 'Chứng thực' }, typical_minutes: 5, stopped: false }],
  counters: [{ id: 4, name: { vi: 'Quầy số 4' }, services: ['chung-thuc'], backup_services: [] }],
  notices: [],
};

describe('new rows', () => {
  it('have ids made of their names', () => {
    expect(slug('Đất đai - Xây dựng')).toBe('dat-dai-xay-dung');
    expect(freeId('dat-dai', ['dat-dai', 'dat-dai-2'])).toBe('dat-dai-3');
  });
  it('have the next free letter and number', () => {
    expect(newService(layout).prefix).toBe('B');
    expect(newCounter(layout)).toMatchObject({ id: 5, name: { vi: 'Quầy số 5', en: 'Counter 5' } });
  });
  it('are finished before they are sent', () => {
    const service = { ...newService(layout), name: { vi: ' Chứng thực ', en: '  ' } };
    const sent = finished({ ...layout, services: [...layout.services, service, service] });
    expect(sent.services.map((each) => each.id)).toEqual(['chung-thuc', 'chung-thuc-2', 'chung-thuc-3']);
    expect(sent.services[1]?.name).toEqual({ vi: 'Chứng thực' });
  });
  it('move, and stay at the edges', () => {
    expect(moved([1, 2, 3], 2, -1)).toEqual([1, 3, 2]);
    expect(moved([1, 2, 3], 0, -1)).toEqual([1, 2, 3]);
    expect(moved([1, 2, 3], 2, 1)).toEqual([1, 2, 3]);
  });
});

describe('a counter and a service', () => {
  it('go from nothing to serving to backup and back', () => {
    let counter: CounterLayout = { id: 1, name: {}, services: [], backup_services: [] };
    const seen = [0, 1, 2].map(() => {
      counter = nextDuty(counter, 'a');
      return dutyOf(counter, 'a');
    });
    expect(seen).toEqual(['serves', 'backup', 'none']);
    expect(counter).toMatchObject({ services: [], backup_services: [] });
  });
});

describe('hours', () => {
  it('are spread over the week and gathered again', () => {
    const week = weekOf({ mon_fri: ['07:30-12:00', '13:00-16:30'], sat: ['07:30-11:00'] });
    expect(week).toMatchObject({ mon: '07:30-12:00, 13:00-16:30', fri: '07:30-12:00, 13:00-16:30', sun: '' });
    expect(hoursOf({ ...week!, mon: ' 07:30 – 12:00 ;13:00-16:30', tue: '' })).toMatchObject({
      mon: ['07:30-12:00', '13:00-16:30'], sat: ['07:30-11:00'],
    });
  });
  it('are always when none are set', () => {
    expect(weekOf(undefined)).toBeNull();
  });
});

describe('a refusal', () => {
  it('points to its row', () => {
    expect(faultOf('services[8].prefix: write a letter')).toEqual({
      path: 'services[8].prefix', section: 'services', index: 8, what: 'write a letter',
    });
    expect(faultOf('counters[2].services[0]: there is no service `x`')).toMatchObject({ section: 'counters', index: 2 });
    expect(faultOf('name.en: this language is not among `languages`')).toMatchObject({ section: 'office', path: 'name.en' });
    expect(faultOf('something else')).toBeNull();
  });
});

describe('the address in QR codes', () => {
  it.each([
    ['http://127.0.0.1:8080', true], ['http://localhost', true], ['http://[::1]:8080', true], ['http://0.0.0.0:80', true],
    ['http://192.168.1.10:8080', false], ['https://so.example.vn', false],
  ])('%s', (address, loopback) => expect(isLoopback(address)).toBe(loopback));
});
