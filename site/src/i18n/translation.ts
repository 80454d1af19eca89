/**
 * The shape every language must fill: the keys of the source, with any words in them. Functions keep their
 * parameters, so that each language orders and inflects as it needs. A missing or misspelt key fails the type check.
 */
export type Translation<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...values: infer V) => string
      ? (...values: V) => string
      : Translation<T[K]>;
};
