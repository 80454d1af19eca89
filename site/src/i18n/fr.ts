import type { Messages } from './en.ts';

/** Espaces fines insécables (U+202F) devant « ; », « ! », « ? » et dans les guillemets ; insécable (U+00A0) devant « : ». */
export const fr: Messages = {
  site: {
    tagline: 'apprendre l’IA souveraine en la faisant tourner',
    description:
      'Des cours dans votre langue, et un petit nuage privé sur une machine à vous, où vous exécutez, mesurez et gouvernez vous-même de vrais modèles.',
    skip: 'Aller au contenu',
  },
  nav: {
    label: 'Principale',
    home: 'accueil',
    menu: 'Menu',
    learn: 'Apprendre',
    labs: 'Ateliers pratiques',
    glossary: 'Glossaire',
    verify: 'Vérifier',
    language: 'Langue',
    dark: 'Thème sombre',
  },
  footer: {
    line: 'Ce qui tourne ici reste ici. Ce site ne demande rien à aucune autre machine.',
    about: 'À propos de Terroir',
    privacy: 'Ce qui est conservé, et où',
    licences: 'Licences',
    licence: 'Logiciel sous EUPL-1.2. Cours sous CC BY-SA 4.0.',
  },
  choose: {
    title: 'Choisissez votre langue',
  },
};
