import type { aboutEn } from './about.en.ts';
import type { Translation } from './translation.ts';

/** La page « À propos », en français. */
export const aboutFr: Translation<typeof aboutEn> = {
  title: 'À propos de Terroir',
  intro:
    'Terroir existe parce qu’un outil qui répond pour nous devrait aussi répondre devant nous. Il s’adresse à quiconque préfère comprendre un tel outil, et en faire tourner un, plutôt que d’en entendre parler.',
  principlesTitle: 'Ce à quoi nous tenons',
  principles: [
    {
      title: 'Votre sol',
      text: 'Les gens, les écoles, les communes devraient pouvoir décider de l’IA qu’ils emploient et des règles qu’elle suit. Cela demande du savoir et de la pratique : voici un lieu pour pratiquer.',
    },
    {
      title: 'Proche, et à plusieurs',
      text: 'Beaucoup de petites machines près de ceux qu’elles servent, au lieu de quelques-unes au loin : des chemins plus courts, des réparations par des gens que l’on connaît, aucun point unique d’où tout puisse être lu ou éteint.',
    },
    {
      title: 'Des règles faites par ceux qu’elles engagent',
      text: 'Une règle à laquelle un modèle obéit devrait être écrite là où ceux qu’elle concerne peuvent la lire, la changer ensemble et voir quand elle s’applique.',
    },
    {
      title: 'Montrer plutôt que promettre',
      text: 'Ce qui est décidé est inscrit dans un registre que personne ne peut réécrire en silence, et que chacun peut vérifier sans nous croire sur parole.',
    },
    {
      title: 'Le pour et le contre',
      text: 'Les cours donnent aussi les arguments contraires, et disent où un grand service lointain fait mieux. Un choix n’est le vôtre que si vous en connaissez le prix.',
    },
  ],
  lessonTitle: 'De quoi est faite une leçon',
  lesson:
    'Une à trois questions auxquelles elle répond ; ce que vous saurez faire ; un texte en sections brèves, avec des prédictions à risquer, des figures, des exemples et un contrepoint ; des sources numérotées ; ce qu’il faut retenir ; et un quiz qui répond à chaque choix. Les durées sont des fourchettes, parce que nous ne sommes pas tous pareils. Une leçon s’imprime en texte simple, avec ses sources.',
  keptTitle: 'Ce qui est conservé, et où',
  kept: [
    {
      what: 'Progression, réponses aux quiz, prédictions',
      where:
        'Dans ce navigateur, sous le nom terroir.progress. La page des cours permet de les enregistrer, d’en ajouter et de les effacer.',
    },
    { what: 'Le thème que vous avez choisi', where: 'Dans ce navigateur, sous terroir.theme.' },
    {
      what: 'Micro-clouds, modèles, politiques, registres',
      where: 'Sur la machine qui fait tourner Terroir, dans le seul dossier que désigne TERROIR_DATA.',
    },
    {
      what: 'Vos questions à un modèle et ses réponses',
      where:
        'Traversent la passerelle, qui ne les note pas. Le registre garde des empreintes salées et des nombres de jetons.',
    },
    {
      what: 'Cookies, comptes, statistiques',
      where:
        'Ces pages ne connaissent aucun compte et ne comptent personne. Un seul cookie est déposé, et seulement là où d’autres machines peuvent atteindre Terroir : il évite de se reconnecter.',
    },
  ],
  browserData:
    'En TP, le navigateur garde aussi la clé de votre micro-cloud, jusqu’à ce que vous le supprimiez, et vos derniers échanges avec lui, jusqu’à la fermeture de l’onglet.',
  notYetTitle: 'Ce qui n’existe pas encore',
  notYet:
    'Un cours et un TP, en anglais et en français. Les ateliers que l’on rejoint avec un code, les conseils qui votent les règles et les micro-clouds sur plusieurs machines sont prévus, mais pas encore construits.',
  licencesTitle: 'Licences',
  licences: [
    { what: 'Logiciel', licence: 'Licence publique de l’Union européenne 1.2 (EUPL-1.2)' },
    {
      what: 'Cours, figures et glossaire',
      licence: 'Creative Commons Attribution – Partage dans les mêmes conditions 4.0 (CC BY-SA 4.0)',
    },
    {
      what: 'Caractères : Vollkorn de Friedrich Althausen, Source Sans de Paul D. Hunt',
      licence: 'SIL Open Font License 1.1',
    },
  ],
};
