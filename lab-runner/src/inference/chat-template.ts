import { Template } from '@huggingface/jinja';
import { OpenAiError } from './openai-error.ts';
import type { ChatRequest } from './request.ts';

/** For models whose file has no template, as llama.cpp does. */
const CHATML =
  "{% for message in messages %}{{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

export type RenderChat = (messages: ChatRequest['messages']) => string;

/** Tokens that templates write by name. */
export interface TemplateTokens {
  readonly bos: string;
  readonly eos: string;
}

/**
 * A model's own chat template (Jinja, `tokenizer.chat_template` in the GGUF file), ready to write prompts.
 * @throws {Error} when the template cannot be parsed
 */
export function chatTemplate(source: string | undefined, tokens: TemplateTokens): RenderChat {
  const template = new Template(source ?? CHATML);
  return (messages) => {
    try {
      return template.render({
        messages: messages.map(({ role, content }) => ({
          role: role === 'developer' ? 'system' : role,
          content: typeof content === 'string' ? content : (content ?? []).map((part) => part.text).join('\n'),
        })),
        add_generation_prompt: true,
        bos_token: tokens.bos,
        eos_token: tokens.eos,
      });
    } catch (error) {
      // Templates refuse by raise_exception, e.g. "Conversation roles must alternate".
      const why = error instanceof Error ? error.message : String(error);
      throw new OpenAiError(
        400,
        'chat_template_refused',
        `The model's chat template does not accept these messages: ${why}.`,
        {
          param: 'messages',
        },
      );
    }
  };
}
