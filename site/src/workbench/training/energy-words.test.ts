import { expect, it } from 'vitest';
import { training as english } from '../strings/training.en.ts';
import { energyWords } from './energy-words.ts';

it('says watt-hours, the time, and what was assumed', () => {
  const energy = { joules: 11_520, seconds: 720, method: 'assumed', watts: 16 } as const;
  expect(energyWords(energy, english.energy, 'en')).toBe(
    'Energy: about 3.2 Wh in 12 min, assuming 16 W: this machine has no meter that can be read.',
  );
});

it('says when it was read from a meter', () => {
  const energy = { joules: 360, seconds: 45, method: 'rapl' } as const;
  expect(energyWords(energy, english.energy, 'en')).toBe('Energy: 0.1 Wh, read from the processor’s meter, in 45 sec.');
});
