import { z } from 'zod';
import { Id, LocalizedText } from './text.ts';

const common = {
  /** Language-neutral: answers are kept under it. */
  id: Id,
  /** Id of an objective of the lesson. */
  objective: Id,
  prompt: LocalizedText,
  /** Shown after the answer, right or wrong: why it is so. */
  explanation: LocalizedText,
};

const Choice = z.strictObject({
  id: Id,
  correct: z.boolean(),
  text: LocalizedText,
  /** What this very choice gets right, or the mistake behind it. */
  feedback: LocalizedText,
});
export type Choice = z.infer<typeof Choice>;

const choices = z.array(Choice).min(2).max(6);
const count = (list: readonly Choice[]) => list.filter((choice) => choice.correct).length;

export const SingleQuestion = z
  .strictObject({ ...common, type: z.literal('single'), choices })
  .refine((question) => count(question.choices) === 1, {
    path: ['choices'],
    error: 'a "single" question has exactly one choice with correct: true',
  });
export type SingleQuestion = z.infer<typeof SingleQuestion>;

export const MultipleQuestion = z
  .strictObject({ ...common, type: z.literal('multiple'), choices })
  .refine((question) => count(question.choices) >= 1 && count(question.choices) < question.choices.length, {
    path: ['choices'],
    error: 'a "multiple" question has at least one right choice and one wrong one',
  });
export type MultipleQuestion = z.infer<typeof MultipleQuestion>;

/** Right when within `tolerance` of `answer`, both ends included. */
export const NumberQuestion = z.strictObject({
  ...common,
  type: z.literal('number'),
  answer: z.number(),
  tolerance: z.number().min(0).default(0),
  unit: LocalizedText.optional(),
});
export type NumberQuestion = z.infer<typeof NumberQuestion>;

/** `items` stand in the right order; the site shuffles them. */
export const OrderQuestion = z.strictObject({
  ...common,
  type: z.literal('order'),
  items: z
    .array(z.strictObject({ id: Id, text: LocalizedText }))
    .min(3)
    .max(7),
});
export type OrderQuestion = z.infer<typeof OrderQuestion>;

export const Question = z.discriminatedUnion('type', [SingleQuestion, MultipleQuestion, NumberQuestion, OrderQuestion]);
export type Question = z.infer<typeof Question>;

/** `courses/<course>/<nn-lesson>/quiz.yaml`: data beside the lesson, one file for all languages. */
export const Quiz = z.strictObject({ questions: z.array(Question).min(1).max(10) });
export type Quiz = z.infer<typeof Quiz>;
