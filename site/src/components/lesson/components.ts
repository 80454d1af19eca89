import Callout from './Callout.astro';
import Figure from './Figure.astro';
import Predict from './Predict.astro';
import Source from './Source.astro';
import Table from './Table.astro';
import Term from './Term.astro';
import TryLab from './TryLab.astro';

/** Handed to every lesson: authors write these names and import nothing. */
export const lessonComponents = { Callout, Figure, Predict, Source, Term, TryLab, table: Table };
