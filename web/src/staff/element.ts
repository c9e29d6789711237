/** What every staff element starts from: shared and staff styles, staff words in the element's language. */

import type { CSSResultGroup } from 'lit';

import { QueueElement } from '../shared/base';
import { shared } from '../shared/styles';
import { staffStyles } from './styles';
import { staffSay, type StaffKey } from './words';
import type { Values } from '../shared/words';

export abstract class StaffElement extends QueueElement {
  static override styles: CSSResultGroup = [shared, staffStyles];

  /** A word of `lang/staff.*.json` in this element's language. */
  protected word(key: StaffKey, values?: Values): string {
    return staffSay(this.language, key, values);
  }
}
