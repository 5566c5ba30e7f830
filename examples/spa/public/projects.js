import { byId, element } from './element.js'

/**
 * Shows the projects.
 * @param {import('./apis.js').Project[]} projects
 * @param {import('./phrases.js').Phrases} phrases
 */
export function showProjects(projects, { projects: say, locale }) {
  const cards = projects.map(({ name, description, state, role, updatedAt }) => {
    const changed = new Date(updatedAt).toLocaleDateString(locale, { dateStyle: 'medium' })
    const tags = [say.roles[role], ...(state === 'archived' ? [say.archived] : [])]
    return element(
      'li',
      { class: 'card' },
      element('h3', {}, name),
      element('p', {}, description),
      element(
        'p',
        { class: 'tags' },
        ...tags.map((tag) => element('span', { class: 'tag' }, tag)),
        element('span', { class: 'quiet' }, say.changed(changed)),
      ),
    )
  })
  const shown = cards.length > 0 ? element('ul', { role: 'list' }, ...cards) : element('p', { class: 'quiet' }, say.none)
  byId('projects-content').replaceChildren(shown)
}
