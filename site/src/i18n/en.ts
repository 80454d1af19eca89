import type { Translation } from './translation.ts';

/** The words of the interface in the source language. Words of courses and labs live with them. */
export const en = {
  site: {
    tagline: 'learn sovereign AI by running it',
    description:
      'Courses in your language, and a small private cloud on a machine you own, where you run, measure and govern real models yourself.',
    skip: 'Skip to the content',
  },
  nav: {
    label: 'Main',
    home: 'home page',
    menu: 'Menu',
    learn: 'Learn',
    labs: 'Labs',
    glossary: 'Glossary',
    verify: 'Verify',
    language: 'Language',
    dark: 'Dark theme',
  },
  footer: {
    line: 'What runs here stays here. Nothing on this site asks another machine for anything.',
    about: 'About Terroir',
    privacy: 'What is kept where',
    licences: 'Licences',
    licence: 'Software under EUPL-1.2. Courses under CC BY-SA 4.0.',
  },
  choose: {
    title: 'Choose your language',
  },
};

export type Messages = Translation<typeof en>;
