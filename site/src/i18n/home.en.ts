/** The home page, in English. */
export const homeEn = {
  word: 'terroir',
  definition: 'The ground, the climate and the people that make a thing what it is.',
  title: 'Every answer comes from somewhere.',
  lead: 'From a machine that somebody owns, texts that somebody chose, rules that somebody wrote. Terroir teaches you to see that ground, and to tend a piece of it yourself: short courses in your language, and a small private cloud on your own machine where a real model answers, obeys your rules, and fills a ledger that anybody can check.',
  start: 'Start the course',
  lab: 'Open the lab',
  continue: 'Continue:',
  picture: {
    title: 'A micro-cloud drawn as a walled garden on a hillside',
    description:
      'A path leads through a gate in a stone wall to a glasshouse on planted terraces. Under the garden lie layers of earth, one on another.',
    caption: 'A micro-cloud, drawn as a garden in section.',
    key: [
      { name: 'Gateway', text: 'The gate in the wall. Every question passes here, and the policy you wrote decides.' },
      { name: 'Inference', text: 'The glasshouse: a model on your own processor, making the answer word by word.' },
      {
        name: 'Ledger',
        text: 'The layers below. Each decision settles on the one before; to move one, you would have to dig up all above it.',
      },
    ],
  },
  ways: {
    title: 'Three ways in',
    student: {
      title: 'You want to learn',
      text: 'Read a lesson, answer its questions, then do the thing itself in the lab. There is no account; what you do is kept in your browser.',
      link: 'See the courses',
    },
    trainer: {
      title: 'You teach',
      text: 'Every lesson opens with questions, asks for a prediction before it explains, gives its sources and prints well. Learners can save their progress to a file and take it along.',
      link: 'What a lesson is made of',
    },
    centre: {
      title: 'You run a training centre',
      text: 'Once installed, it runs on a machine of yours without the internet: pages, model, policy and ledger. All that it keeps lies in one folder.',
      link: 'What is kept where',
    },
  },
  course: 'The course',
  labTitle: 'The lab',
  here: {
    title: 'What runs here, and what leaves',
    rows: [
      {
        what: 'These pages, their typefaces, the quizzes',
        where: 'Come from the machine that serves them, and load nothing from any other.',
      },
      { what: 'Your answers and progress', where: 'Stay in this browser until you save or erase them.' },
      {
        what: 'The model, and what you ask it',
        where: 'Run on the machine of the micro-cloud. The ledger keeps digests, never the words.',
      },
      {
        what: 'A larger model, should you want one',
        where: 'Is downloaded only when you ask for it, once you have seen its size and licence.',
      },
    ],
  },
};
