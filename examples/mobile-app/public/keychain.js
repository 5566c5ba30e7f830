/**
 * A stand-in for the Keychain of iOS and the Keystore of Android: secrets are sealed with a key that the browser made and gives to nobody, this
 * script included; IndexedDB holds that key and what it sealed.
 * @returns {import('./menshen-client.js').Keychain}
 */
export function openKeychain() {
  /** @type {Promise<unknown>} */
  let last = opened()

  /** Sealing takes a while: one after the other, so that what is asked for takes effect in that order. @template T @param {() => Promise<T>} task */
  function inTurn(task) {
    const done = last.then(task, task)
    last = done
    return done
  }

  return {
    get: (name) =>
      inTurn(async () => {
        const sealed = await request('readonly', (store) => store.get(name))
        return sealed && unseal(sealed, await key())
      }),
    set: (name, secret) =>
      inTurn(async () => {
        const sealed = await seal(secret, await key())
        await request('readwrite', (store) => store.put(sealed, name))
      }),
    delete: (name) =>
      inTurn(async () => {
        await request('readwrite', (store) => store.delete(name))
      }),
  }
}

/** The key of this phone; made when there is none. */
async function key() {
  const known = await request('readonly', (store) => store.get('key'))
  if (known) return known
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  return request('readwrite', (store) => {
    store.add(made, 'key').onerror = (event) => event.preventDefault() // another window was faster
    return store.get('key')
  })
}

/** @param {string} secret @param {CryptoKey} key */
async function seal(secret, key) {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  return { iv, sealed: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(secret)) }
}

/**
 * What was sealed; nothing when its key is gone, as on a phone whose lock was changed.
 * @param {{ iv: Uint8Array<ArrayBuffer>, sealed: ArrayBuffer }} kept
 * @param {CryptoKey} key
 */
async function unseal({ iv, sealed }, key) {
  const secret = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed).catch(() => undefined)
  return secret && new TextDecoder().decode(secret)
}

/** @type {Promise<IDBDatabase> | undefined} */
let database

function opened() {
  database ??= new Promise((resolve, reject) => {
    const opening = indexedDB.open('keychain', 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore('secrets')
    opening.onsuccess = () => resolve(opening.result)
    opening.onerror = () => reject(opening.error)
  })
  return database
}

/**
 * The result of one request, once it is on the disk.
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest} ask
 */
async function request(mode, ask) {
  const transaction = (await opened()).transaction('secrets', mode)
  const asked = ask(transaction.objectStore('secrets'))
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve
    transaction.onabort = () => reject(transaction.error)
  })
  return asked.result
}
