import type { EnergyUsed } from '@terroir/labs/contract/foundry-event.ts';
import { fill } from '../words.ts';

const JOULES_PER_WATT_HOUR = 3600;

/** "about 3.2 Wh in 12 min, assuming 16 W", with the method always said. */
export function energyWords(
  energy: EnergyUsed,
  words: { readonly rapl: string; readonly assumed: string },
  locale: string,
): string {
  const number = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 });
  const minutes = new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: energy.seconds < 90 ? 'second' : 'minute',
    maximumFractionDigits: 0,
  });
  return fill(energy.method === 'rapl' ? words.rapl : words.assumed, {
    energy: `${number.format(energy.joules / JOULES_PER_WATT_HOUR)} Wh`,
    time: minutes.format(energy.seconds < 90 ? energy.seconds : energy.seconds / 60),
    watts: number.format(energy.watts ?? 0),
  });
}
