import { useState } from 'preact/hooks';
import { useWords } from './words.ts';

/** A value to take elsewhere: shown whole, so that it can be read and selected, with a button that copies it. */
export function Copyable({ label, value }: { label: string; value: string }) {
  const { say } = useWords();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
  };
  return (
    <p class="copyable">
      <span class="soft">{label}</span> <code>{value}</code>{' '}
      <button type="button" class="button quiet small" onClick={copy}>
        {copied ? say.microcloud.copied : say.microcloud.copy}
      </button>
    </p>
  );
}
