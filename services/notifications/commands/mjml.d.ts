/** MJML 5 brings no types of its own. */
declare module 'mjml' {
  export default function mjml2html(
    source: string,
    options: { readonly validationLevel: 'strict' | 'soft' | 'skip' },
  ): Promise<{ readonly html: string; readonly errors: readonly { readonly formattedMessage: string }[] }>;
}
