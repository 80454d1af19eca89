import type { NumberCandidate } from './number-candidates.ts';

/** Issuer prefixes of the networks in use in Europe, each with its lengths (ISO/IEC 7812; ranges as the networks publish). */
const NETWORKS =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|(?:50|5[6-9]|6\d)\d{10,17}|35(?:2[89]|[3-8]\d)\d{12})$/;
const SHAPES = /^(?:\d+|4-4-4-4|4-4-4-4-\d|4-6-5|4-6-4|4-4-4-1|6-13|8-8)$/;

export function isPaymentCard({ digits, shape }: NumberCandidate): boolean {
  return (
    digits.length >= 13 && SHAPES.test(shape) && NETWORKS.test(digits) && !isRepeated(digits) && passesLuhn(digits)
  );
}

/** ISO/IEC 7812-1 annex B. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = digits.charCodeAt(digits.length - 1 - place) - 48;
    const doubled = digit * 2;
    sum += place % 2 === 0 ? digit : doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

function isRepeated(digits: string): boolean {
  return /^(\d)\1+$/.test(digits);
}
