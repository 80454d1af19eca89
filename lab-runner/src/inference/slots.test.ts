import { describe, expect, it } from 'vitest';
import { Slots } from './slots.ts';

const never = new AbortController().signal;
const first = (free: readonly string[]) => free[0];

describe('Slots', () => {
  it('lends each place to one at a time, in order of asking', async () => {
    const slots = new Slots(['a'], 2);
    const order: string[] = [];
    const holder = await slots.acquire(first, never);
    const second = slots.acquire(first, never).then((lease) => {
      order.push('second');
      return lease;
    });
    const third = slots.acquire(first, never).then((lease) => {
      order.push('third');
      return lease;
    });
    holder.release();
    (await second).release();
    (await third).release();
    expect(order).toEqual(['second', 'third']);
    expect(slots.free).toBe(1);
  });

  it('lets the asker choose among the free places', async () => {
    const slots = new Slots(['a', 'b'], 0);
    expect((await slots.acquire((free) => free.at(-1), never)).slot).toBe('b');
  });

  it('refuses at once when the queue is full', async () => {
    const slots = new Slots(['a'], 0);
    await slots.acquire(first, never);
    await expect(slots.acquire(first, never)).rejects.toMatchObject({ status: 503, code: 'overloaded' });
  });

  it('forgets who gives up waiting', async () => {
    const slots = new Slots(['a'], 1);
    const holder = await slots.acquire(first, never);
    const gone = new AbortController();
    const waiting = slots.acquire(first, gone.signal);
    gone.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    holder.release();
    expect(slots.free).toBe(1);
    await expect(slots.acquire(first, never)).resolves.toMatchObject({ slot: 'a' });
  });

  it('takes a place back once, however often it is given', async () => {
    const slots = new Slots(['a'], 0);
    const lease = await slots.acquire(first, never);
    lease.release();
    lease.release();
    expect(slots.free).toBe(1);
  });
});
