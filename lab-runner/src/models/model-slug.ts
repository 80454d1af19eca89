/** An id from a title or file name: "Modèle Été 1.5B.gguf" → "modele-ete-1.5b". */
function slug(name: string): string {
  const plain = name
    .replace(/\.gguf$/i, '')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/\.{2,}/g, '.')
    .slice(0, 80)
    .replace(/^[.-]+|[.-]+$/g, '');
  return plain === '' ? 'model' : plain;
}

/** The slug, with a number behind it when others have it already. */
export function freeId(name: string, taken: (id: string) => boolean): string {
  const wanted = slug(name);
  for (let number = 1; ; number += 1) {
    const id = number === 1 ? wanted : `${wanted}-${number}`;
    if (!taken(id)) return id;
  }
}
