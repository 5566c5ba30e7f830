import { element } from './element.js'

/** @typedef {import('./phrases.js').Phrases} Phrases */

/**
 * @param {{ items: Array<{ name: string, description: string, state: string, role: 'owner' | 'editor' | 'viewer', updatedAt: string }> }} found
 * @param {Phrases} phrases
 */
export function showProjects({ items }, phrases) {
  const { projects } = phrases
  if (items.length === 0) return [element('p', { class: 'empty' }, projects.none)]
  const cards = items.map(({ name, description, state, role, updatedAt }) =>
    element(
      'li',
      { class: 'card' },
      element('h2', {}, name),
      element('p', {}, description),
      element(
        'p',
        { class: 'tags' },
        tag(projects.roles[role]),
        ...(state === 'archived' ? [tag(projects.archived)] : []),
        element('span', { class: 'quiet' }, projects.changed(day(updatedAt, phrases))),
      ),
    ),
  )
  return [element('ul', { class: 'cards', role: 'list' }, ...cards)]
}

/**
 * @param {object} found
 * @param {{ lessons_finished: number, videos_finished: number, minutes: number, streak_days: number }} found.summary
 * @param {{ items: Array<{ title: string, finished_at: string | null, updated_at: string }> }} found.history
 * @param {Phrases} phrases
 */
export function showLearning({ summary, history }, phrases) {
  const { learning } = phrases
  const figures = /** @type {const} */ ([
    [learning.lessons, summary.lessons_finished],
    [learning.videos, summary.videos_finished],
    [learning.minutes, summary.minutes],
    [learning.streak, summary.streak_days],
  ])
  const shown = figures.map(([label, value]) =>
    element('div', {}, element('dt', {}, label), element('dd', {}, value.toLocaleString(phrases.locale))),
  )
  const latest = history.items.map(({ title, finished_at, updated_at }) =>
    element(
      'li',
      {},
      element('span', {}, title),
      element('span', { class: 'quiet' }, `${finished_at ? learning.finished : learning.begun} · ${day(updated_at, phrases)}`),
    ),
  )
  return [
    element('dl', { class: 'figures' }, ...shown),
    element('h2', {}, learning.latest),
    latest.length > 0
      ? element('ul', { class: 'rows', role: 'list' }, ...latest)
      : element('p', { class: 'empty' }, learning.none),
  ]
}

/**
 * @param {{ name?: string, preferred_username?: string, email?: string, headline: string, bio: string, skills: string[], visibility: 'public' | 'suite' | 'private' }} found
 * @param {Phrases} phrases
 */
export function showProfile({ name = '', preferred_username, email, headline, bio, skills, visibility }, phrases) {
  const { profile } = phrases
  const rows = /** @type {const} */ ([
    [profile.username, preferred_username],
    [profile.email, email],
    [profile.bio, bio],
    [profile.skills, skills.join(' · ')],
    [profile.visibility, profile.whoSees[visibility]],
  ])
  const shown = rows
    .filter(([, value]) => value)
    .map(([label, value = '']) => element('div', {}, element('dt', {}, label), element('dd', {}, value)))
  return [
    element(
      'div',
      { class: 'who' },
      element('span', { class: 'portrait', 'aria-hidden': 'true' }, [...name][0] ?? '?'),
      element('div', {}, element('h2', {}, name), element('p', { class: 'quiet' }, headline)),
    ),
    element('dl', { class: 'rows' }, ...shown),
  ]
}

/** @param {string} text */
const tag = (text) => element('span', { class: 'tag' }, text)

/** @param {string} time @param {Phrases} phrases */
const day = (time, { locale }) => new Date(time).toLocaleDateString(locale, { month: 'short', day: 'numeric' })
