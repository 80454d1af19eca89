/** Id of the model that ships with Terroir. */
export const SEEDLING = 'terroir-seedling';
