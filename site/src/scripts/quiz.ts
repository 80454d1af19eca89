/** Brings a quiz to life: grades on the spot, keeps each answer at once, and finds it again on the next visit. */
import { lessonOf, withAnswer, withLesson } from '../progress/progress.ts';
import { changeProgress, loadProgress } from '../progress/progress-store.ts';
import { type AnswerKey, type Given, isAnswered, isPassed, isRight } from '../quiz/grade.ts';
import { makeMovable, orderOf, restoreOrder } from './order-list.ts';

interface Question {
  readonly id: string;
  readonly key: AnswerKey;
  readonly form: HTMLFormElement;
}

const inputs = (form: HTMLElement) => form.querySelectorAll<HTMLInputElement>('input');
const show = (parent: HTMLElement, selector: string, shown: boolean) => {
  for (const part of parent.querySelectorAll<HTMLElement>(selector)) part.hidden = !shown;
};

function givenIn({ form, key }: Question): Given {
  if (key.type === 'order') return orderOf(form);
  if (key.type === 'number') return [...inputs(form)].map((input) => input.value);
  return [...inputs(form)].filter((input) => input.checked).map((input) => input.value);
}

function restore({ form, key }: Question, given: Given): void {
  if (key.type === 'order') restoreOrder(form, given);
  else if (key.type === 'number') for (const input of inputs(form)) input.value = given[0] ?? '';
  else for (const input of inputs(form)) input.checked = given.includes(input.value);
}

type Verdict = 'right' | 'wrong' | 'missing' | 'none';

function showVerdict({ form }: Question, verdict: Verdict, given: Given): void {
  for (const name of ['right', 'wrong', 'missing']) show(form, `.verdict.${name}`, name === verdict);
  const graded = verdict === 'right' || verdict === 'wrong';
  show(form, '.explanation', graded);
  for (const input of inputs(form)) {
    const feedback = document.getElementById(`${input.id}-feedback`);
    if (feedback) feedback.hidden = !(graded && given.includes(input.value));
  }
}

function showResult(quiz: HTMLElement, questions: readonly Question[]): void {
  const lesson = lessonOf(loadProgress(), quiz.dataset.lesson ?? '');
  const kept = questions.map(({ id }) => lesson.answers[id]).filter((answer) => answer !== undefined);
  const right = kept.filter((answer) => answer.right).length;
  const first = kept.filter((answer) => answer.right && answer.tries === 1).length;
  const tally = quiz.querySelector('.tally');
  const text = (quiz.dataset.words ?? '')
    .replace('{right}', String(right))
    .replace('{of}', String(questions.length))
    .replace('{first}', String(first));
  if (tally && tally.textContent !== text) tally.textContent = text;
  show(quiz, '.tally, .again', kept.length > 0);
  const passed = isPassed(right, questions.length);
  show(quiz, '.passed', passed);
  show(quiz, '.not-yet', kept.length === questions.length && !passed);
}

/** Grades, keeps and shows. Answers whether what was kept will last beyond the page. */
function answer(quiz: HTMLElement, questions: readonly Question[], question: Question): boolean {
  const given = givenIn(question);
  if (!isAnswered(question.key, given)) {
    showVerdict(question, 'missing', given);
    return true;
  }
  const lesson = quiz.dataset.lesson ?? '';
  const right = isRight(question.key, given);
  const lasts = changeProgress((progress) => {
    const tries = (lessonOf(progress, lesson).answers[question.id]?.tries ?? 0) + 1;
    const at = Date.now();
    const answered = withAnswer(progress, lesson, question.id, { given, right, tries, at });
    const { answers, passedAt } = lessonOf(answered, lesson);
    const rightNow = questions.filter(({ id }) => answers[id]?.right).length;
    const passes = passedAt === undefined && isPassed(rightNow, questions.length);
    return passes ? withLesson(answered, lesson, { passedAt: at }) : answered;
  });
  showVerdict(question, right ? 'right' : 'wrong', given);
  showResult(quiz, questions);
  return lasts;
}

function startAgain(quiz: HTMLElement, questions: readonly Question[]): void {
  changeProgress((progress) => withLesson(progress, quiz.dataset.lesson ?? '', { answers: {} }));
  for (const question of questions) {
    question.form.reset();
    showVerdict(question, 'none', []);
  }
  showResult(quiz, questions);
  quiz.querySelector<HTMLElement>('input, button')?.focus();
}

function bringToLife(quiz: HTMLElement): void {
  const questions = [...quiz.querySelectorAll<HTMLFormElement>('form.question')].map((form): Question => {
    const key: AnswerKey = JSON.parse(form.dataset.key ?? '');
    return { id: form.dataset.question ?? '', key, form };
  });
  const kept = lessonOf(loadProgress(), quiz.dataset.lesson ?? '').answers;
  for (const question of questions) {
    makeMovable(question.form, () => showVerdict(question, 'none', []));
    const answered = kept[question.id];
    if (answered) {
      restore(question, answered.given);
      showVerdict(question, answered.right ? 'right' : 'wrong', answered.given);
    }
    question.form.addEventListener('input', () => showVerdict(question, 'none', []));
    question.form.addEventListener('submit', (event) => {
      event.preventDefault();
      show(quiz, '.unstored', !answer(quiz, questions, question));
    });
  }
  quiz.querySelector('.again')?.addEventListener('click', () => startAgain(quiz, questions));
  showResult(quiz, questions);
}

for (const quiz of document.querySelectorAll<HTMLElement>('section.quiz')) bringToLife(quiz);
