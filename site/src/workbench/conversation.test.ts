import { expect, it } from 'vitest';
import { type Exchange, messagesOf } from './conversation.ts';

const exchange = (id: number, state: Exchange['state']): Exchange => ({
  id,
  question: `q${id}`,
  answer: `a${id}`,
  state,
  model: 'm',
});

it('sends only this message unless asked to remember', () => {
  expect(messagesOf([exchange(1, 'done')], 'now', false)).toEqual([{ role: 'user', content: 'now' }]);
});

it('never sends a refused or failed message again', () => {
  const contents = messagesOf(
    [exchange(1, 'done'), exchange(2, 'refused'), exchange(3, 'failed'), exchange(4, 'stopped')],
    'now',
    true,
  );
  expect(contents.map((message) => message.content)).toEqual(['q1', 'a1', 'q4', 'a4', 'now']);
});
