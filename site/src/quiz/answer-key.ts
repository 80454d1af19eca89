import type { Question } from '@terroir/courses/schema/quiz.ts';
import type { AnswerKey } from './grade.ts';

/** What the browser needs to grade a question. */
export function answerKeyOf(question: Question): AnswerKey {
  switch (question.type) {
    case 'single':
    case 'multiple':
      return {
        type: question.type,
        correct: question.choices.filter((choice) => choice.correct).map((choice) => choice.id),
      };
    case 'number':
      return { type: 'number', answer: question.answer, tolerance: question.tolerance };
    case 'order':
      return { type: 'order', correct: question.items.map((item) => item.id) };
  }
}
