/** QR codes as one path of squares, for an `<svg>`: sharp at any size, and no picture to load. Pure. */

import qrcode from 'qrcode-generator';

/** Light modules around the code, as the standard (ISO/IEC 18004) asks for. */
const QUIET = 4;

export interface QrPath {
  /** Side of the square, quiet zone included, in modules. */
  side: number;
  /** The dark modules. */
  path: string;
}

export function qrPath(text: string): QrPath {
  const code = qrcode(0, 'M');
  code.addData(text);
  code.make();
  const count = code.getModuleCount();
  let path = '';
  for (let row = 0; row < count; row += 1) {
    for (let column = 0; column < count; column += 1) {
      if (code.isDark(row, column)) path += `M${column + QUIET} ${row + QUIET}h1v1h-1z`;
    }
  }
  return { side: count + 2 * QUIET, path };
}
