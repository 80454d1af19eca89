import { NO_RUNNER, ProblemError } from './api.ts';
import { useWords } from './words.ts';

/** What went wrong and what to do about it, announced to a screen reader. Shows nothing when nothing did. */
export function ProblemNote({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const { say } = useWords();
  if (error === undefined || error === null) return null;
  const problem = error instanceof ProblemError ? error.problem : undefined;
  return (
    <div class="note note--problem" role="alert">
      {problem?.code === NO_RUNNER ? (
        <p>{say.noRunner}</p>
      ) : (
        <>
          <p>{problem?.detail ?? (error instanceof Error ? error.message : String(error))}</p>
          {problem?.todo && <p>{problem.todo}</p>}
        </>
      )}
      {onRetry && (
        <button type="button" class="button quiet" onClick={onRetry}>
          {say.tryAgain}
        </button>
      )}
    </div>
  );
}
