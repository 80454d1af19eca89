/** Asks again only when the last answer is older than so many milliseconds. A failure is not kept. */
export function lasting<T>(milliseconds: number, ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly answer: Promise<T>; readonly at: number } | undefined;
  return () => {
    const now = performance.now();
    if (last && now - last.at < milliseconds) return last.answer;
    const answer = ask();
    last = { answer, at: now };
    answer.catch(() => {
      last = undefined;
    });
    return answer;
  };
}
