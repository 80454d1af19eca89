type LessonContext = import('./courses/lesson-context.ts').LessonContext;

declare namespace App {
  interface Locals {
    /** The lesson being rendered, for the components inside its text. */
    lesson?: LessonContext;
  }
}
