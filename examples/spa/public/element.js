/**
 * An element with this text or these children; attributes that are undefined are left out.
 * @param {string} name
 * @param {Record<string, string | undefined>} attributes
 * @param {...(string | Node)} children
 */
export function element(name, attributes, ...children) {
  const made = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(attribute, value)
  made.append(...children)
  return made
}

/**
 * The element of the page that has this id.
 * @param {string} id
 */
export function byId(id) {
  const found = document.getElementById(id)
  if (!found) throw new Error(`the page has no ${id}`)
  return found
}
