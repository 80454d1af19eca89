import { useEffect, useState } from 'preact/hooks';

const NARROW = '(max-width: 40rem)';

/** Whether the window is as narrow as a phone held upright; follows it when it turns. */
export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const query = matchMedia(NARROW);
    const follow = () => setNarrow(query.matches);
    query.addEventListener('change', follow);
    return () => query.removeEventListener('change', follow);
  }, []);
  return narrow;
}
