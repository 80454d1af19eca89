declare module 'subset-font' {
  /** Cuts a font down to the characters of `text`; resolves to the bytes in `targetFormat`. */
  function subsetFont(
    font: Uint8Array,
    text: string,
    options: {
      targetFormat: 'woff2';
      keepFeatures: readonly string[];
      noHinting: boolean;
      variationAxes: Record<string, number | { readonly min: number; readonly max: number }>;
    },
  ): Promise<Uint8Array>;
  export = subsetFont;
}
