import { describe, expect, it } from 'vitest';
import { chatTemplate } from './chat-template.ts';
import { TINY_CHAT_TEMPLATE } from './tiny-gguf.fixture.ts';

const tokens = { bos: '<s>', eos: '</s>' };
const question = [{ role: 'user', content: 'Why?' }];

describe('chatTemplate', () => {
  it("writes the prompt as the model's own template says", () => {
    expect(chatTemplate(TINY_CHAT_TEMPLATE, tokens)([{ role: 'system', content: 'Be brief.' }, ...question])).toBe(
      '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n',
    );
  });

  it('takes ChatML when the model has none', () => {
    expect(chatTemplate(undefined, tokens)(question)).toBe('<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n');
  });

  it('knows the first and last token by name', () => {
    const source = '{{ bos_token }}{% for m in messages %}{{ m.content }}{{ eos_token }}{% endfor %}';
    expect(chatTemplate(source, tokens)(question)).toBe('<s>Why?</s>');
  });

  it('joins text parts, and reads a developer as the system', () => {
    const render = chatTemplate('{% for m in messages %}{{ m.role }}:{{ m.content }};{% endfor %}', tokens);
    const parts = ['one', 'two'].map((text) => ({ type: 'text' as const, text }));
    expect(render([{ role: 'developer', content: parts }, { role: 'assistant' }])).toBe('system:one\ntwo;assistant:;');
  });

  it("passes on a template's own refusal", () => {
    const render = chatTemplate("{{ raise_exception('roles must alternate') }}", tokens);
    expect(() => render(question)).toThrow(
      expect.objectContaining({
        status: 400,
        param: 'messages',
        message: expect.stringContaining('roles must alternate'),
      }),
    );
  });
});
