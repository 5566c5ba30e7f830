import * as oauth from 'oauth4webapi'
import { createTokenSession } from '../public/token-session.js'

export interface TabOptions {
  issuer: string
  redirect_uri: string
  userApiUrl: string
  projectApiUrl: string
}

/** A tab of a browser: its address, its storage, and where the page in it wants to go. */
export function createTab(options: TabOptions) {
  const kept = new Map<string, string>()
  const tab = { address: options.redirect_uri, kept, left: '', ahead: 0, sent: {} as { action?: string; fields?: object } }
  const page = {
    address: () => tab.address,
    show: (place: string) => {
      tab.address = new URL(place, options.redirect_uri).href
    },
    leave: async (address: string) => {
      tab.left = address
      throw new Error('the page has ended')
    },
    submit: (form: { action: string; fields: Record<string, string> }) => {
      tab.sent = form
    },
    storage: {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
      removeItem: (name: string) => void kept.delete(name),
    },
  }
  const config = { ...options, clientId: 'spa', scope: 'openid profile learning:read' }
  return Object.assign(tab, {
    /** Loads the page anew: what it had in memory is gone. */
    load: () => createTokenSession({ oauth, config, locale: 'en', page, now: () => Date.now() + tab.ahead }),
  })
}

export type Tab = ReturnType<typeof createTab>
