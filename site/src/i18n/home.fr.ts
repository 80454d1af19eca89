import type { homeEn } from './home.en.ts';
import type { Translation } from './translation.ts';

/** La page d’accueil, en français. */
export const homeFr: Translation<typeof homeEn> = {
  word: 'terroir',
  definition: 'Le sol, le climat et les gens qui font d’une chose ce qu’elle est.',
  title: 'Toute réponse vient de quelque part.',
  lead: 'D’une machine qui appartient à quelqu’un, de textes que quelqu’un a choisis, de règles que quelqu’un a écrites. Terroir vous apprend à voir ce sol, et à en cultiver vous-même une parcelle : des cours brefs dans votre langue, et un petit cloud privé sur votre propre machine, où un vrai modèle répond, obéit à vos règles et remplit un registre que chacun peut vérifier.',
  start: 'Commencer le cours',
  lab: 'Ouvrir le TP',
  continue: 'Continuer :',
  picture: {
    title: 'Un micro-cloud dessiné comme un jardin clos à flanc de colline',
    description:
      'Un chemin passe la porte d’un mur de pierre et mène à une serre, sur des terrasses plantées. Sous le jardin, des couches de terre reposent l’une sur l’autre.',
    caption: 'Un micro-cloud, dessiné comme la coupe d’un jardin.',
    key: [
      {
        name: 'Passerelle',
        text: 'La porte dans le mur. Toute question passe par là, et la politique que vous avez écrite décide.',
      },
      {
        name: 'Inférence',
        text: 'La serre : un modèle sur votre propre processeur, qui compose la réponse mot après mot.',
      },
      {
        name: 'Registre',
        text: 'Les couches, dessous. Chaque décision se dépose sur la précédente ; pour en déplacer une, il faudrait retourner tout ce qui la couvre.',
      },
    ],
  },
  ways: {
    title: 'Trois façons d’entrer',
    student: {
      title: 'Vous voulez apprendre',
      text: 'Lisez une leçon, répondez à ses questions, puis faites-le pour de vrai en TP. Pas de compte ; ce que vous faites reste dans votre navigateur.',
      link: 'Voir les cours',
    },
    trainer: {
      title: 'Vous enseignez',
      text: 'Chaque leçon s’ouvre sur des questions, demande une prédiction avant d’expliquer, donne ses sources et s’imprime bien. Chacun peut enregistrer sa progression dans un fichier et l’emporter.',
      link: 'De quoi est faite une leçon',
    },
    centre: {
      title: 'Vous dirigez un centre de formation',
      text: 'Une fois installé, tout tourne sans internet sur une machine à vous : pages, modèle, politique et registre. Tout ce qui est conservé tient dans un seul dossier.',
      link: 'Ce qui est conservé, et où',
    },
  },
  course: 'Le cours',
  labTitle: 'Les travaux pratiques',
  here: {
    title: 'Ce qui tourne ici, et ce qui en sort',
    rows: [
      {
        what: 'Ces pages, leurs caractères, les quiz',
        where: 'Viennent de la machine qui les sert, et ne chargent rien d’une autre.',
      },
      {
        what: 'Vos réponses et votre progression',
        where: 'Restent dans ce navigateur jusqu’à ce que vous les enregistriez ou les effaciez.',
      },
      {
        what: 'Le modèle, et ce que vous lui demandez',
        where: 'Tournent sur la machine du micro-cloud. Le registre garde des empreintes, jamais les mots.',
      },
      {
        what: 'Un modèle plus grand, si vous en voulez un',
        where: 'N’est téléchargé que si vous le demandez, une fois que vous avez vu sa taille et sa licence.',
      },
    ],
  },
};
