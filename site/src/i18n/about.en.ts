/** The page about Terroir, in English. */
export const aboutEn = {
  title: 'About Terroir',
  intro:
    'Terroir exists because a tool that answers for us should also answer to us. It is for anybody who would rather understand such a tool, and run one, than be told about it.',
  principlesTitle: 'What we hold to',
  principles: [
    {
      title: 'Your ground',
      text: 'People, schools and towns should be able to decide which AI they use and under which rules. That takes knowledge and practice, so this is a place to practise.',
    },
    {
      title: 'Near, and many',
      text: 'Many small machines close to those they serve, instead of a few far away: shorter distances, repairs by people you know, no single point where everything can be read or switched off.',
    },
    {
      title: 'Rules made by those they bind',
      text: 'A rule that a model obeys should be written where those it concerns can read it, change it together, and see when it was applied.',
    },
    {
      title: 'Show, do not promise',
      text: 'What is decided is recorded in a ledger that nobody can quietly rewrite, and that anybody can check without trusting us.',
    },
    {
      title: 'Both sides of the question',
      text: 'The courses give the case against, and say where a large distant service does better. A choice is yours only when you know what it costs.',
    },
  ],
  lessonTitle: 'What a lesson is made of',
  lesson:
    'One to three questions it answers; what you will be able to do; a text in short sections with predictions to make, figures, examples and a counterpoint; numbered sources; what to remember; and a quiz with a reply to each choice. Times are ranges, because people differ. A lesson prints as plain text with its sources.',
  keptTitle: 'What is kept where',
  kept: [
    {
      what: 'Progress, quiz answers, predictions',
      where:
        'In this browser, under the name terroir.progress. You can save, add to and erase them on the courses page.',
    },
    { what: 'The theme you chose', where: 'In this browser, under terroir.theme.' },
    {
      what: 'Micro-clouds, models, policies, ledgers',
      where: 'On the machine that runs Terroir, in the one folder named by TERROIR_DATA.',
    },
    {
      what: 'Questions to a model and its answers',
      where:
        'Pass through the gateway, which does not write them down. The ledger keeps salted digests and token counts.',
    },
    {
      what: 'Cookies, accounts, statistics',
      where:
        'The pages know no account and count nobody. One cookie is set only where other machines can reach Terroir: it keeps you signed in.',
    },
  ],
  browserData:
    'In the lab, the browser also keeps the key of your micro-cloud until you delete that micro-cloud, and your last exchanges with it until you close the tab.',
  notYetTitle: 'What is not there yet',
  notYet:
    'One course and one lab, in English and French. Workshops with a join code, councils that vote on rules, and micro-clouds over several machines are planned but not built yet.',
  licencesTitle: 'Licences',
  licences: [
    { what: 'Software', licence: 'European Union Public Licence 1.2 (EUPL-1.2)' },
    { what: 'Courses, figures and glossary', licence: 'Creative Commons Attribution-ShareAlike 4.0 (CC BY-SA 4.0)' },
    {
      what: 'Typefaces: Vollkorn by Friedrich Althausen, Source Sans by Paul D. Hunt',
      licence: 'SIL Open Font License 1.1',
    },
  ],
};
