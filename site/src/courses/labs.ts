import { getCollection } from 'astro:content';
import { type Locale, pick } from '../i18n/locales.ts';
import type { Words } from './outline.ts';

export interface LabView {
  readonly id: string;
  readonly title: Words;
  readonly summary: Words;
  readonly minutes: { readonly least: number; readonly most: number };
  readonly steps: readonly Words[];
}

export async function labsIn(locale: Locale): Promise<LabView[]> {
  const entries = await getCollection('labs');
  return entries.map(({ id, data }) => ({
    id,
    title: pick(data.title, locale),
    summary: pick(data.summary, locale),
    minutes: data.minutes,
    steps: data.steps.map((step) => pick(step.title, locale)),
  }));
}
